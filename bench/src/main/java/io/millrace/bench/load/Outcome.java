package io.millrace.bench.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a load measured.
 *
 * @param messages delivered to subscribers, or published where nobody subscribes, or requests
 * @param seconds from the first of them to the last
 * @param latencyNs time on the way of each, where the load measures it
 * @param besideRate messages per second of another load that went on meanwhile; NaN without one
 */
public record Outcome(
        long messages, double seconds, @Nullable Histogram latencyNs, double besideRate) {
    /** Without another load. */
    public Outcome(long messages, double seconds, @Nullable Histogram latencyNs) {
        this(messages, seconds, latencyNs, Double.NaN);
    }

    /** Messages per second. */
    public double rate() {
        return messages / seconds;
    }
}
