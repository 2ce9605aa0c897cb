package io.millrace.broker.latency;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The recorders of all threads of a server. */
public final class Latencies {
    private static final double NS_PER_US = 1_000;

    private final List<StageRecorder> recorders = new CopyOnWriteArrayList<>();

    /** Makes the recorder of a thread that sees these stages. */
    public StageRecorder recorder(Stage... stages) {
        StageRecorder recorder = new StageRecorder(stages);
        recorders.add(recorder);
        return recorder;
    }

    /**
     * A stage in numbers.
     *
     * @param count stretches that were timed; all else is in nanoseconds, and 0 if there are none
     */
    public record Percentiles(
            long count,
            long min,
            double mean,
            long p50,
            long p75,
            long p90,
            long p99,
            long p999,
            long p9999,
            long max) {}

    /** A stage in numbers, since the server's start. */
    public Percentiles percentiles(Stage stage) {
        return percentiles(of(stage));
    }

    static Percentiles percentiles(Histogram all) {
        if (all.getTotalCount() == 0) {
            return new Percentiles(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }
        return new Percentiles(
                all.getTotalCount(),
                all.getMinValue(),
                all.getMean(),
                all.getValueAtPercentile(50),
                all.getValueAtPercentile(75),
                all.getValueAtPercentile(90),
                all.getValueAtPercentile(99),
                all.getValueAtPercentile(99.9),
                all.getValueAtPercentile(99.99),
                all.getMaxValue());
    }

    /** How often each value was recorded since the server's start; in nanoseconds, ascending. */
    public SortedMap<Long, Long> counts(Stage stage) {
        SortedMap<Long, Long> counts = new TreeMap<>();
        for (HistogramIterationValue value : of(stage).recordedValues()) {
            counts.put(value.getValueIteratedTo(), value.getCountAtValueIteratedTo());
        }
        return counts;
    }

    /** A stage as the text that HdrHistogram's plotter reads, in microseconds. */
    public String distribution(Stage stage) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        of(stage).outputPercentileDistribution(new PrintStream(text, false, UTF_8), NS_PER_US);
        return text.toString(UTF_8);
    }

    /**
     * What was recorded since the server's start, in nanoseconds: one stretch of messages in
     * {@value StageRecorder#EVERY}. The caller's to keep.
     */
    public Histogram of(Stage stage) {
        Histogram all = new Histogram(StageRecorder.DIGITS);
        for (StageRecorder recorder : recorders) {
            recorder.addTo(stage, all);
        }
        return all;
    }
}
