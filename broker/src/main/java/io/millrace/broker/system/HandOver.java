package io.millrace.broker.system;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;

/**
 * What the routing thread hands to a service: that puts in and never waits, what there is no room
 * for is dropped and counted. The service's thread takes out.
 *
 * @param <T> what is handed over
 */
final class HandOver<T> {
    private final Ledger ledger;
    private final long maxBytes;
    private final ToIntFunction<T> size;
    private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile Runnable doorbell = () -> {};

    /**
     * Makes an empty one.
     *
     * @param ledger is charged what waits
     * @param maxBytes that may wait
     * @param size about how many bytes each takes up on the heap
     */
    HandOver(Ledger ledger, long maxBytes, ToIntFunction<T> size) {
        this.ledger = ledger;
        this.maxBytes = maxBytes;
        this.size = size;
    }

    /** Wakes somebody from here on who sleeps until there is something; must not wait. */
    void wake(Runnable newDoorbell) {
        doorbell = newDoorbell;
    }

    /** Routing thread; wakes also for what was dropped, so that it is told. */
    void put(T added) {
        int more = size.applyAsInt(added);
        if (bytes.get() + more > maxBytes || !ledger.hasRoom(Debt.Store.HEAP, more)) {
            dropped.incrementAndGet();
        } else {
            charge(more);
            queue.add(added);
        }
        doorbell.run();
    }

    private void charge(int more) {
        bytes.addAndGet(more);
        ledger.add(Debt.MONITORING, more);
    }

    // --- the service's thread

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The oldest one, which stays; null if there is none. */
    @Nullable T first() {
        return queue.peek();
    }

    /** Takes the oldest one; null if there is none. */
    @Nullable T poll() {
        T taken = queue.poll();
        if (taken != null) {
            charge(-size.applyAsInt(taken));
        }
        return taken;
    }

    /** How many were dropped so far. */
    long dropped() {
        return dropped.get();
    }
}
