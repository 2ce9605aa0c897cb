package io.millrace.broker.latency;

import org.HdrHistogram.Histogram;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The recorders of all threads of a server. */
public final class Latencies {
    private final List<StageRecorder> recorders = new CopyOnWriteArrayList<>();

    /** Makes the recorder of a thread that sees these stages. */
    public StageRecorder recorder(Stage... stages) {
        StageRecorder recorder = new StageRecorder(stages);
        recorders.add(recorder);
        return recorder;
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
