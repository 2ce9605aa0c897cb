package io.millrace.broker.jetstream;

import io.millrace.broker.store.log.WriteAheadLog;

/**
 * Has a log that nobody appends to say that all of it is durable: damage to what was written last
 * can be told from a batch that never was only by that. Shard thread.
 */
final class Idleness {
    private static final long IDLE_NS = 1_000_000_000;

    private long appended = -1;
    private long sinceNs;
    private boolean settled = true;

    void poll(WriteAheadLog log, long nowNs) {
        if (log.appended() != appended) {
            settled = appended < 0;
            appended = log.appended();
            sinceNs = nowNs;
        } else if (!settled && nowNs - sinceNs >= IDLE_NS && log.isIdle()) {
            log.settle();
            settled = true;
            appended = log.appended();
        }
    }

    /** When to poll at the latest, since the epoch. */
    long dueNs() {
        return settled ? Long.MAX_VALUE : sinceNs + IDLE_NS;
    }
}
