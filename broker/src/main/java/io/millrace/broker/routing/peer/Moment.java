package io.millrace.broker.routing.peer;

import java.time.Instant;

/**
 * A moment by both clocks: the one on the wall, and the one that only goes forward.
 *
 * @param ns {@link System#nanoTime}
 */
public record Moment(Instant wallTime, long ns) {
    public static Moment now() {
        return new Moment(Instant.now(), System.nanoTime());
    }

    /** The wall time of another moment, by the other clock. */
    public Instant wallTimeOf(long otherNs) {
        return wallTime.minusNanos(ns - otherNs);
    }
}
