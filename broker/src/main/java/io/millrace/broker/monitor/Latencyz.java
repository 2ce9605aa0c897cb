package io.millrace.broker.monitor;

import io.millrace.broker.latency.Latencies;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code /latencyz}: how long messages take, stage by stage. */
final class Latencyz implements Endpoint {
    private final Latencies latencies;

    Latencyz(Latencies latencies) {
        this.latencies = latencies;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        List<Stage> stages = stages(query.text("stage"));
        return switch (query.text("format")) {
            case "", "json" -> json(stages);
            case "counts" -> counts(stages);
            case "hgrm" -> distribution(stages);
            default -> throw new BadQueryException("format must be json, counts or hgrm");
        };
    }

    private static List<Stage> stages(String name) throws BadQueryException {
        if (name.isEmpty()) {
            return List.of(Stage.values());
        }
        for (Stage stage : Stage.values()) {
            if (stage.text().equals(name)) {
                return List.of(stage);
            }
        }
        throw new BadQueryException(
                "stage must be one of "
                        + String.join(", ", Stream.of(Stage.values()).map(Stage::text).toList()));
    }

    private Reply json(List<Stage> stages) throws BadQueryException, InterruptedException {
        return JsonOut.object(out -> each(out, stages, this::percentiles));
    }

    /**
     * How often each latency was seen since the server's start. The difference of two such answers
     * is what happened between them, which no difference of percentiles tells.
     */
    private Reply counts(List<Stage> stages) throws BadQueryException, InterruptedException {
        return JsonOut.object(200, false, out -> each(out, stages, this::counts));
    }

    private static void each(JsonOut out, List<Stage> stages, JsonOut.ElementFields<Stage> fields)
            throws IOException {
        out.field("now", Instant.now())
                .field("unit", "ns")
                .field("sampled_one_in", StageRecorder.EVERY)
                .object(
                        "stages",
                        all -> {
                            for (Stage stage : stages) {
                                all.object(stage.text(), one -> fields.write(one, stage));
                            }
                        });
    }

    private void counts(JsonOut out, Stage stage) throws IOException {
        Map<Long, Long> counts = latencies.counts(stage);
        out.object(
                "counts",
                all -> {
                    for (Map.Entry<Long, Long> count : counts.entrySet()) {
                        all.field(String.valueOf(count.getKey()), count.getValue());
                    }
                });
    }

    private void percentiles(JsonOut out, Stage stage) throws IOException {
        Latencies.Percentiles numbers = latencies.percentiles(stage);
        out.field("count", numbers.count())
                .field("min", numbers.min())
                .field("mean", Math.rint(numbers.mean()))
                .field("p50", numbers.p50())
                .field("p75", numbers.p75())
                .field("p90", numbers.p90())
                .field("p99", numbers.p99())
                .field("p99.9", numbers.p999())
                .field("p99.99", numbers.p9999())
                .field("max", numbers.max());
    }

    /** In microseconds, as HdrHistogram's plotter reads it; it takes one stage. */
    private Reply distribution(List<Stage> stages) throws BadQueryException {
        if (stages.size() > 1) {
            throw new BadQueryException("format=hgrm needs a stage");
        }
        return Reply.text(200, latencies.distribution(stages.getFirst()));
    }
}
