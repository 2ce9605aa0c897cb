package io.millrace.broker.latency;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Records the stages that one thread sees.
 *
 * <p>{@link #record} and {@link #isDue} belong to that thread; {@link #addTo} may be called by any.
 */
public final class StageRecorder {
    /** One stretch of so many is timed. */
    public static final int EVERY = 8;

    /** Values are kept to two digits: a histogram is a few kilobytes. */
    static final int DIGITS = 2;

    private final SingleWriterRecorder[] recorders;
    private final Histogram[] sums;
    private int seen;

    /** Makes a recorder for a thread that sees these stages. */
    public StageRecorder(Stage... stages) {
        recorders = new SingleWriterRecorder[Stage.values().length];
        sums = new Histogram[recorders.length];
        for (Stage stage : stages) {
            recorders[stage.ordinal()] = new SingleWriterRecorder(DIGITS);
            sums[stage.ordinal()] = new Histogram(DIGITS);
        }
    }

    /** Whether this is one of the stretches to time. */
    public boolean isDue() {
        return (++seen & EVERY - 1) == 0;
    }

    /** Records that a stage took so many nanoseconds. */
    public void record(Stage stage, long ns) {
        recorders[stage.ordinal()].recordValue(Math.max(0, ns));
    }

    /** Adds all that was recorded so far. */
    synchronized void addTo(Stage stage, Histogram all) {
        SingleWriterRecorder recorder = recorders[stage.ordinal()];
        if (recorder != null) {
            Histogram sum = sums[stage.ordinal()];
            sum.add(recorder.getIntervalHistogram());
            all.add(sum);
        }
    }
}
