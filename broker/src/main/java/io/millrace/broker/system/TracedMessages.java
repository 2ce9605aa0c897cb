package io.millrace.broker.system;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.trace.TraceWatcher;
import io.millrace.broker.routing.trace.TracedMessage;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/**
 * What became of traced messages and hasn't been told yet. The routing thread puts in and never
 * waits: what there is no room for is dropped, and the log says how much. The service's thread
 * takes out.
 */
final class TracedMessages implements TraceWatcher {
    /** So much may wait. */
    static final long MAX_BYTES = 8 * 1024 * 1024;

    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final HandOver<TracedMessage> traced;
    private final ServerLog log;
    private boolean said;
    private long saidNs;
    private long droppedSaid;

    /**
     * Makes an empty queue.
     *
     * @param ledger is charged what waits
     */
    TracedMessages(Ledger ledger, ServerLog log) {
        traced = new HandOver<>(ledger, MAX_BYTES, TracedMessage::bytes);
        this.log = log;
    }

    /** Wakes somebody from here on who sleeps until there is something; must not wait. */
    void wake(Runnable newDoorbell) {
        traced.wake(newDoorbell);
    }

    @Override
    public void traced(TracedMessage message) {
        traced.put(message);
    }

    // --- the service's thread

    boolean isEmpty() {
        return traced.isEmpty();
    }

    /** The oldest one, which stays; null if there is none. */
    @Nullable TracedMessage first() {
        return traced.first();
    }

    /** The oldest one is done with. */
    void removeFirst() {
        traced.poll();
    }

    /** Says in the log how many were dropped, if any were, and not more often than each second. */
    void sayDropped(long nowNs) {
        long some = traced.dropped() - droppedSaid;
        if (some > 0 && (!said || nowNs - saidNs >= PAUSE_NS)) {
            said = true;
            saidNs = nowNs;
            droppedSaid += some;
            log.warn(
                    "Message traces come faster than they can be published: "
                            + some
                            + " were dropped");
        }
    }
}
