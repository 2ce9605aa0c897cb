package io.millrace.broker.latency;

import org.HdrHistogram.Histogram;

/**
 * How long a stage took in each stretch of time between two looks at it. Whoever looks, one thread
 * at a time.
 */
public final class RecentLatency {
    private final Latencies latencies;
    private final Stage stage;
    private Histogram before;

    /** The first look sees what was recorded from here on. */
    public RecentLatency(Latencies latencies, Stage stage) {
        this.latencies = latencies;
        this.stage = stage;
        before = latencies.of(stage);
    }

    /** What was recorded since the last look. */
    public Latencies.Percentiles next() {
        Histogram all = latencies.of(stage);
        Histogram recent = all.copy();
        recent.subtract(before);
        before = all;
        return Latencies.percentiles(recent);
    }
}
