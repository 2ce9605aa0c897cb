package io.millrace.broker.system;

import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.routing.trace.TraceStep;
import io.millrace.broker.routing.trace.TracedMessage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the event of a traced message is written, which is said in ADR-41. */
final class TraceJson {
    private TraceJson() {}

    static void write(JsonOut out, ThisServer self, TracedMessage message) throws IOException {
        self.write(out);
        out.object(
                "request",
                request -> {
                    if (!message.headers().isEmpty()) {
                        request.object("header", fields -> headers(fields, message));
                    }
                    request.some("msgsize", message.size());
                });
        out.some("hops", message.hops());
        out.objects("events", steps(message), TraceJson::step);
    }

    private static void headers(JsonOut out, TracedMessage message) throws IOException {
        for (Map.Entry<String, List<String>> each : message.headers().entrySet()) {
            out.texts(each.getKey(), each.getValue());
        }
    }

    private static List<TraceStep> steps(TracedMessage message) {
        List<TraceStep> steps = new ArrayList<>(message.steps().size() + 2);
        steps.add(message.first());
        steps.addAll(message.steps());
        if (message.leftOut() > 0) {
            TraceStep.In first = message.first();
            String what =
                    message.leftOut()
                            + " further events are left out: a trace has "
                            + TracedMessage.MAX_BYTES
                            + " bytes at most";
            steps.add(new TraceStep.Out(first.at(), 0, 0, "", "", "", "", "", what));
        }
        return steps;
    }

    private static void step(JsonOut out, TraceStep step) throws IOException {
        switch (step) {
            case TraceStep.In in ->
                    begin(out, "in", in)
                            .field("kind", in.kind())
                            .field("cid", in.cid())
                            .some("name", in.name())
                            .field("acc", in.account())
                            .field("subj", in.subject())
                            .some("error", in.error());
            case TraceStep.Mapped mapped -> begin(out, "sm", mapped).field("to", mapped.to());
            case TraceStep.Streamed streamed ->
                    begin(out, "se", streamed)
                            .field("acc", streamed.account())
                            .field("to", streamed.to());
            case TraceStep.Crossed crossed ->
                    begin(out, "si", crossed)
                            .field("acc", crossed.account())
                            .field("from", crossed.from())
                            .field("to", crossed.to());
            case TraceStep.Out gone ->
                    begin(out, "eg", gone)
                            .field("kind", gone.kind())
                            .field("cid", gone.cid())
                            .some("name", gone.name())
                            .some("hop", gone.hop())
                            .some("acc", gone.account())
                            .some("sub", gone.subscription())
                            .some("queue", gone.queue())
                            .some("error", gone.error());
        }
    }

    private static JsonOut begin(JsonOut out, String type, TraceStep step) throws IOException {
        return out.field("type", type).field("ts", step.at());
    }
}
