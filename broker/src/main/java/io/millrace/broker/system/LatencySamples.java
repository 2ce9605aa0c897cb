package io.millrace.broker.system;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.crossing.LatencySample;
import io.millrace.broker.routing.crossing.LatencyWatcher;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Latencies that haven't been told yet. The routing thread puts in and never waits: what there is
 * no room for is dropped, and counted. The service's thread takes out.
 */
public final class LatencySamples implements LatencyWatcher {
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private final Ledger ledger;
    private final Queue<Told> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile Runnable doorbell = () -> {};

    /**
     * A sample.
     *
     * @param measured whether it is what another server wants to know
     */
    record Told(LatencySample sample, boolean measured) {}

    /**
     * Makes an empty queue.
     *
     * @param ledger is charged what waits
     */
    public LatencySamples(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Wakes somebody from here on who sleeps until there is something; must not wait. */
    public void wake(Runnable newDoorbell) {
        doorbell = newDoorbell;
    }

    @Override
    public void sampled(LatencySample sample) {
        put(new Told(sample, false));
    }

    @Override
    public void measured(LatencySample sample) {
        put(new Told(sample, true));
    }

    private void put(Told told) {
        int more = told.sample.bytes();
        if (bytes.get() + more > MAX_BYTES || !ledger.hasRoom(Debt.Store.HEAP, more)) {
            dropped.incrementAndGet();
            return;
        }
        bytes.addAndGet(more);
        ledger.add(Debt.MONITORING, more);
        queue.add(told);
        doorbell.run();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Takes the oldest one; null if there is none. */
    @Nullable Told poll() {
        Told told = queue.poll();
        if (told != null) {
            int less = told.sample.bytes();
            bytes.addAndGet(-less);
            ledger.add(Debt.MONITORING, -less);
        }
        return told;
    }

    /** How many were dropped. */
    long dropped() {
        return dropped.get();
    }
}
