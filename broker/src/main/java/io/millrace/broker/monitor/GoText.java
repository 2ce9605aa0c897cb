package io.millrace.broker.monitor;

import io.millrace.broker.config.Durations;

import java.time.Duration;

/** Durations as the reference's monitoring writes them. */
final class GoText {
    private GoText() {}

    /** Such as {@code 1y2d3h4m5s}, from the first part that isn't 0; whole seconds. */
    static String uptime(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        long years = days / 365;
        return (years > 0 ? years + "y" : "")
                + (days > 0 ? days % 365 + "d" : "")
                + (hours > 0 ? hours % 24 + "h" : "")
                + (minutes > 0 ? minutes % 60 + "m" : "")
                + seconds % 60
                + "s";
    }

    /** A round trip: {@code 395µs}, {@code 2.501277ms}; below a millisecond in microseconds. */
    static String rtt(long ns) {
        if (ns <= 0) {
            return "0s";
        }
        if (ns < 1_000) {
            return ns + "ns";
        }
        return ns < 1_000_000 ? ns / 1_000 + "µs" : Durations.text(Duration.ofNanos(ns));
    }
}
