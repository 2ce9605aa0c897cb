package io.millrace.broker.system;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.crossing.LatencySample;
import io.millrace.broker.routing.crossing.LatencyWatcher;

import org.jspecify.annotations.Nullable;

/**
 * Latencies that haven't been told yet. The routing thread puts in and never waits: what there is
 * no room for is dropped, and counted. The service's thread takes out.
 */
public final class LatencySamples implements LatencyWatcher {
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private final HandOver<Told> told;

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
        told = new HandOver<>(ledger, MAX_BYTES, each -> each.sample.bytes());
    }

    /** Wakes somebody from here on who sleeps until there is something; must not wait. */
    public void wake(Runnable newDoorbell) {
        told.wake(newDoorbell);
    }

    @Override
    public void sampled(LatencySample sample) {
        told.put(new Told(sample, false));
    }

    @Override
    public void measured(LatencySample sample) {
        told.put(new Told(sample, true));
    }

    boolean isEmpty() {
        return told.isEmpty();
    }

    /** Takes the oldest one; null if there is none. */
    @Nullable Told poll() {
        return told.poll();
    }

    /** How many were dropped. */
    long dropped() {
        return told.dropped();
    }
}
