package io.millrace.broker.system;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.trace.TraceWatcher;
import io.millrace.broker.routing.trace.TracedMessage;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What became of traced messages and hasn't been told yet. The routing thread puts in and never
 * waits: what there is no room for is dropped, and the log says how much. The service's thread
 * takes out.
 */
final class TracedMessages implements TraceWatcher {
    /** So much may wait. */
    static final long MAX_BYTES = 8 * 1024 * 1024;

    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final ConcurrentLinkedQueue<TracedMessage> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Ledger ledger;
    private final ServerLog log;
    private boolean said;
    private long saidNs;
    private volatile Runnable doorbell = () -> {};

    /**
     * Makes an empty queue.
     *
     * @param ledger is charged what waits
     */
    TracedMessages(Ledger ledger, ServerLog log) {
        this.ledger = ledger;
        this.log = log;
    }

    /** Wakes somebody from here on who sleeps until there is something; must not wait. */
    void wake(Runnable newDoorbell) {
        doorbell = newDoorbell;
    }

    @Override
    public void traced(TracedMessage message) {
        int more = message.bytes();
        if (bytes.get() + more > MAX_BYTES || !ledger.hasRoom(Debt.Store.HEAP, more)) {
            dropped.incrementAndGet();
        } else {
            bytes.addAndGet(more);
            ledger.add(Debt.MONITORING, more);
            queue.add(message);
        }
        doorbell.run();
    }

    // --- the service's thread

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The oldest one, which stays; null if there is none. */
    @Nullable TracedMessage first() {
        return queue.peek();
    }

    /** The oldest one is done with. */
    void removeFirst() {
        TracedMessage done = queue.poll();
        if (done != null) {
            bytes.addAndGet(-done.bytes());
            ledger.add(Debt.MONITORING, -done.bytes());
        }
    }

    /** Says in the log how many were dropped, if any were, and not more often than each second. */
    void sayDropped(long nowNs) {
        if (dropped.get() > 0 && (!said || nowNs - saidNs >= PAUSE_NS)) {
            said = true;
            saidNs = nowNs;
            long some = dropped.getAndSet(0);
            log.warn(
                    "Message traces come faster than they can be published: "
                            + some
                            + " were dropped");
        }
    }
}
