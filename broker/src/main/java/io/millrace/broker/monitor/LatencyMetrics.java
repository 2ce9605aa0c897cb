package io.millrace.broker.monitor;

import io.millrace.broker.latency.Latencies;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Prometheus reads of latencies: histograms, of which it can make one for several servers, and
 * percentiles of any span of time.
 */
final class LatencyMetrics {
    private static final double NS = 1e-9;

    /** The buckets: three for each power of ten from 1 µs to 10 s. */
    private static final long[] BOUNDS_NS = bounds();

    private LatencyMetrics() {}

    private static long[] bounds() {
        long[] bounds = new long[22];
        long power = 1_000;
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = i % 3 == 0 ? power : i % 3 == 1 ? power * 5 / 2 : power * 5;
            power = i % 3 == 2 ? power * 10 : power;
        }
        return bounds;
    }

    static void write(MetricsText text, Latencies latencies) {
        text.histogram(
                "millrace_latency_seconds",
                "How long messages took, by stage; one stretch in "
                        + StageRecorder.EVERY
                        + " is timed.");
        for (Stage stage : Stage.values()) {
            write(text, Labels.of("stage", stage.text()), latencies.counts(stage));
        }
    }

    /**
     * Writes one.
     *
     * @param counts how often each value was seen, by the largest that it may have been, rising
     */
    private static void write(MetricsText text, Labels labels, Map<Long, Long> counts) {
        Map<Double, Long> upTo = new LinkedHashMap<>();
        long count = 0;
        double sum = 0;
        Iterator<Map.Entry<Long, Long>> values = counts.entrySet().iterator();
        Map.Entry<Long, Long> next = values.hasNext() ? values.next() : null;
        for (int i = 0; i <= BOUNDS_NS.length; i++) {
            long bound = i < BOUNDS_NS.length ? BOUNDS_NS[i] : Long.MAX_VALUE;
            while (next != null && next.getKey() <= bound) {
                count += next.getValue();
                sum += next.getKey() * NS * next.getValue();
                next = values.hasNext() ? values.next() : null;
            }
            if (i < BOUNDS_NS.length) {
                upTo.put(bound / 1e9, count);
            }
        }
        text.buckets(labels, upTo, count, sum);
    }
}
