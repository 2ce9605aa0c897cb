package io.millrace.broker;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.protocol.JvmAccess;

import java.util.concurrent.TimeUnit;

/**
 * Starts the subject cache in the background: its memory takes a while, and the trie answers so
 * long. A thread of its own, which ends with that.
 */
final class CacheStart {
    /** Subjects the cache holds; 128 bytes each, off-heap, once used. */
    private static final int CACHED_SUBJECTS = 256 * 1024;

    /** The same in a JVM that hands out no memory but such as it has cleared. */
    private static final int CACHED_SUBJECTS_CLEARED = 32 * 1024;

    private final Asking asking;
    private final ServerLog log;
    private final Thread thread = new Thread(this::run, "millrace-cache-start");

    private CacheStart(Asking asking, ServerLog log) {
        this.asking = asking;
        this.log = log;
    }

    /**
     * Begins.
     *
     * @param asking hands the cache to the routing thread
     */
    static CacheStart begin(Asking asking, ServerLog log) {
        CacheStart start = new CacheStart(asking, log);
        start.thread.setDaemon(true);
        start.thread.start();
        return start;
    }

    private void run() {
        try {
            SubjectCache cache =
                    new SubjectCache(
                            JvmAccess.unsafe() ? CACHED_SUBJECTS : CACHED_SUBJECTS_CLEARED);
            asking.tell(router -> router.onCache(cache));
        } catch (RuntimeException | Error e) {
            log.warn("Running without the subject cache: " + e);
        }
    }

    /**
     * Waits until the cache is started.
     *
     * @param timeoutNs how long at most; at least 1
     */
    void await(long timeoutNs) throws InterruptedException {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNs)));
    }
}
