package io.millrace.broker.latency;

import org.HdrHistogram.Histogram;

import java.time.Duration;

/**
 * How long a part of the way took so far: of one stretch of messages in eight.
 *
 * @param count stretches of messages that were measured; the others are zero where there are none
 * @param total all of them together, within a hundredth
 * @param median half of them took no longer
 * @param p99 99 in 100 took no longer
 * @param p999 999 in 1000 took no longer
 * @param max the longest
 */
public record Latency(
        long count, Duration total, Duration median, Duration p99, Duration p999, Duration max) {
    /** What a histogram of nanoseconds says. */
    public static Latency of(Histogram recorded) {
        return new Latency(
                recorded.getTotalCount(),
                Duration.ofNanos(Math.round(recorded.getTotalCount() * recorded.getMean())),
                Duration.ofNanos(recorded.getValueAtPercentile(50)),
                Duration.ofNanos(recorded.getValueAtPercentile(99)),
                Duration.ofNanos(recorded.getValueAtPercentile(99.9)),
                Duration.ofNanos(recorded.getMaxValue()));
    }
}
