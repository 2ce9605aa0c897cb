package io.millrace.broker.monitor;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.SlowConsumer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code /slowz}: who is slow, who was, since when, and which subject filled the queue. */
final class Slowz implements Endpoint {
    /** Connections that are listed of those who are slow, and of those who were. */
    private static final int MOST = 256;

    private final Monitored server;
    private final Snapshots snapshots;

    Slowz(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        long total = snapshots.server().slowConsumers();
        List<SlowConsumer> times = server.ask(r -> Inspection.slowConsumers(r, MOST));
        Instant now = Instant.now();
        return JsonOut.object(
                out ->
                        out.field("now", now)
                                .field("slow_consumers", total)
                                .objects(
                                        "slow",
                                        times.stream()
                                                .filter(time -> time.until() == null)
                                                .toList(),
                                        (each, time) -> write(each, time, now))
                                .objects(
                                        "past",
                                        times.stream()
                                                .filter(time -> time.until() != null)
                                                .toList(),
                                        (each, time) -> write(each, time, now)));
    }

    private static void write(JsonOut out, SlowConsumer time, Instant now) throws IOException {
        Instant until = time.until();
        CloseReason closed = time.closed();
        out.field("kind", time.kind())
                .field("cid", time.cid())
                .field("ip", time.ip())
                .field("port", time.port())
                .some("name", time.name())
                .some("account", time.account())
                .field("since", time.since())
                .field(
                        "for",
                        GoText.uptime(Duration.between(time.since(), until == null ? now : until)))
                .some("subject", time.subject())
                .field("pending_bytes", time.pendingBytes());
        if (until != null) {
            out.field("until", until)
                    .field("outcome", closed == null ? "Caught Up" : closed.text());
        }
    }
}
