package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.Durations;

import java.time.Duration;

/**
 * When what was stored is synced to the disk.
 *
 * @param always before it is acknowledged, so that what was acknowledged outlives a loss of power
 * @param interval how often otherwise, positive: then so much of it may be lost
 */
public record SyncPolicy(boolean always, Duration interval) {
    /** How often the reference syncs if nothing is said. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(2);

    /** Ours if nothing is said, and the reference's if it is said. */
    public static final SyncPolicy ALWAYS = new SyncPolicy(true, DEFAULT_INTERVAL);

    /** The reference's bargain. */
    public static SyncPolicy every(Duration interval) {
        return new SyncPolicy(false, interval);
    }

    @Override
    public String toString() {
        return always ? "always" : Durations.text(interval);
    }
}
