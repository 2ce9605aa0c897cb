package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.Buckets;
import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.InAccount;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.jetstream.view.Top;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code /streamz}: the streams and consumers that come first in some order, what all of them have
 * together, and how the log does.
 */
final class Streamz implements Endpoint {
    /** Streams that are listed at most, and consumers. */
    private static final int MOST = 256;

    private static final int USUAL = 10;
    private static final double NS_PER_S = 1e9;

    private final Monitored server;
    private final Snapshots snapshots;

    Streamz(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        Top top =
                new Top(
                        most(query, "streams"),
                        order(query, "streams-sort", Top.StreamOrder.BYTES),
                        most(query, "consumers"),
                        order(query, "consumers-sort", Top.ConsumerOrder.LAG));
        String id = snapshots.info().serverId();
        Optional<JetStreamView> view = JetStreamJson.of(server, Look.at(top));
        return JsonOut.object(
                out -> {
                    out.field("server_id", id).field("now", Instant.now());
                    if (view.isPresent()) {
                        write(out, view.get());
                    } else if (server.options().jetStream().enabled()) {
                        out.field("fault", "JetStream does not answer");
                    } else {
                        out.field("disabled", true);
                    }
                });
    }

    /** A page that looks every second wants few. */
    private static int most(Query query, String name) throws BadQueryException {
        long wanted = query.number(name);
        return wanted <= 0 ? USUAL : (int) Math.min(wanted, MOST);
    }

    private static <E extends Enum<E>> E order(Query query, String name, E usual)
            throws BadQueryException {
        String wanted = query.text(name);
        if (wanted.isEmpty()) {
            return usual;
        }
        for (E each : usual.getDeclaringClass().getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(wanted)) {
                return each;
            }
        }
        throw new BadQueryException("invalid sorting option: " + wanted);
    }

    private static void write(JsonOut out, JetStreamView view) throws IOException {
        Busiest busiest = view.busiest();
        out.some("fault", view.log().fault().orElse(""))
                .field("memory", view.usage().memoryBytes())
                .field("max_memory", view.maxMemoryBytes())
                .field("storage", view.usage().storeBytes())
                .field("max_storage", view.maxStoreBytes())
                .object("log", log -> log(log, view.log()))
                .field("streams", view.totals().streams())
                .field("consumers", view.totals().consumers())
                .field("messages", view.totals().messages())
                .field("bytes", view.totals().bytes())
                .field("pending", busiest.pending())
                .field("ack_pending", busiest.unacked())
                .field("redelivered", busiest.redelivered())
                .field("waiting", busiest.waiting())
                .field("delivered", busiest.delivered())
                .objects("busiest_streams", busiest.streams(), Streamz::stream)
                .objects("busiest_consumers", busiest.consumers(), Streamz::consumer);
    }

    private static void log(JsonOut out, LogView log) throws IOException {
        out.field("appended", log.appended())
                .field("durable", log.durable())
                .field("kept_bytes", log.appended() - log.oldest())
                .object("sync_ns", counts -> counts(counts, log.syncSeconds()));
    }

    /** How often each latency was seen, by the largest that counts as the same. */
    private static void counts(JsonOut out, Buckets buckets) throws IOException {
        for (int i = 0; i < buckets.bounds().size(); i++) {
            long ns = Math.round(buckets.bounds().get(i) * NS_PER_S);
            out.some(Long.toString(ns), buckets.counts().get(i));
        }
        out.some("Infinity", buckets.counts().getLast());
    }

    private static void stream(JsonOut out, InAccount<StreamView> found) throws IOException {
        StreamView its = found.asset();
        out.field("acc", found.account())
                .field("name", its.name())
                .field("messages", its.state().messages())
                .field("bytes", its.state().bytes())
                .field("last_seq", its.state().lastSequence())
                .field("last_ts", its.state().lastTime())
                .field("delivered", its.delivered())
                .field("num_subjects", its.state().subjects())
                .field("consumer_count", its.state().consumers())
                .some("offline", its.offline().orElse(""));
    }

    private static void consumer(JsonOut out, InAccount<ConsumerView> found) throws IOException {
        ConsumerView its = found.asset();
        out.field("acc", found.account())
                .field("stream_name", its.stream())
                .field("name", its.name())
                .some("push", its.isPush())
                .some("push_bound", its.isBound())
                .field("num_pending", its.pending())
                .field("num_ack_pending", its.unacked())
                .field("max_ack_pending", its.maxUnacked())
                .field("num_redelivered", its.redelivered())
                .field("num_waiting", its.waiting())
                .field("delivered", its.delivered().delivery())
                .some("last_delivery", time(its.delivered().last()))
                .some("last_ack", time(its.acknowledged().last()))
                .some("pause_remaining", its.pauseNs());
        if (its.oldest().isPresent()) {
            ConsumerView.Oldest oldest = its.oldest().get();
            out.object(
                    "oldest_unacked",
                    fields ->
                            fields.field("seq", oldest.sequence())
                                    .field("deliveries", oldest.deliveries())
                                    .field("since", oldest.since()));
        }
    }

    private static String time(Optional<Instant> time) {
        return time.map(Instant::toString).orElse("");
    }
}
