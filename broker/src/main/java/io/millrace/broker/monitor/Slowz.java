package io.millrace.broker.monitor;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.view.DebtorSnapshot;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * {@code /slowz}: who is slow, who was, since when, and which subject filled the queue; and for
 * whom the server keeps most.
 */
final class Slowz implements Endpoint {
    /** Connections that are listed of those who are slow, of those who were, and of debtors. */
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
        List<DebtorSnapshot> debtors = snapshots.debtors(mostDebtors(query));
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
                                        (each, time) -> write(each, time, now))
                                .objects("debtors", debtors, Slowz::write));
    }

    /** A page that looks every second wants few. */
    private static int mostDebtors(Query query) throws BadQueryException {
        long wanted = query.number("debtors");
        return wanted <= 0 ? MOST : (int) Math.min(wanted, MOST);
    }

    private static void write(JsonOut out, DebtorSnapshot debtor) throws IOException {
        out.field("kind", debtor.kind())
                .field("cid", debtor.cid())
                .field("ip", debtor.ip())
                .field("port", debtor.port())
                .some("name", debtor.name())
                .some("account", debtor.account())
                .field("heap_bytes", debtor.heapBytes())
                .field("native_bytes", debtor.nativeBytes())
                .field("pending_bytes", debtor.pendingBytes());
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
