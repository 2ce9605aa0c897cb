package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.AccountView;
import io.millrace.broker.jetstream.view.Buckets;
import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.CopiesView;
import io.millrace.broker.jetstream.view.CopyView;
import io.millrace.broker.jetstream.view.InAccount;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.jetstream.view.StreamBounds;
import io.millrace.broker.jetstream.view.StreamState;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.jetstream.view.Top;
import io.millrace.broker.jetstream.view.Usage;
import io.millrace.protocol.ServerInfo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What Prometheus reads of JetStream. What {@code /jsz} has is called as the exporter calls it,
 * with its labels. Of streams only the largest have series, and of consumers only those that are
 * most behind, so that there are never more than so many; what all consumers have together and what
 * the log does is ours.
 */
final class JetStreamMetrics {
    /** Streams that have series of their own, and consumers. */
    static final int MOST = 100;

    /** Which these are. */
    static final Top SHOWN = new Top(MOST, Top.StreamOrder.BYTES, MOST, Top.ConsumerOrder.LAG);

    private static final double NS_PER_S = 1e9;

    /** How many numbers a long has. */
    private static final double UNSIGNED = 0x1p64;

    private final MetricsText text;
    private final ExporterNames names;
    private final Labels server;
    private final String leader;

    private JetStreamMetrics(MetricsText text, ExporterNames names, ServerInfo info) {
        this.text = text;
        this.names = names;
        leader = info.serverName();
        server =
                Labels.of("server_name", info.serverName())
                        .and("cluster", "")
                        .and("domain", info.domain())
                        .and("meta_leader", "")
                        .and("is_meta_leader", "true");
    }

    /** Writes it; what isn't there tells no more than that. */
    static void write(
            MetricsText text, ExporterNames names, ServerInfo info, Optional<JetStreamView> view) {
        JetStreamMetrics metrics = new JetStreamMetrics(text, names, info);
        metrics.server("jetstream_disabled", "JetStream disabled or not.", view.isEmpty() ? 1 : 0);
        view.ifPresent(metrics::all);
    }

    private void all(JetStreamView view) {
        server("max_memory", "Bytes that streams in memory may take.", view.maxMemoryBytes());
        server("max_storage", "Bytes that streams on disk may take.", view.maxStoreBytes());
        server("total_streams", "Streams.", view.totals().streams());
        server("total_consumers", "Consumers of streams.", view.totals().consumers());
        server("total_messages", "Messages in streams.", view.totals().messages());
        server("total_message_bytes", "Bytes of messages in streams.", view.totals().bytes());
        List<InAccount<StreamView>> largest = view.busiest().streams();
        streams(largest, "total_messages", "Messages in a stream.", StreamState::messages);
        streams(largest, "total_bytes", "Bytes of messages in a stream.", StreamState::bytes);
        streams(largest, "first_seq", "First sequence in a stream.", StreamState::firstSequence);
        streams(largest, "last_seq", "Last sequence of a stream.", StreamState::lastSequence);
        streams(largest, "subject_count", "Subjects in a stream.", StreamState::subjects);
        streams(largest, "consumer_count", "Consumers of a stream.", StreamState::consumers);
        bounds(largest);
        copies(largest, "source", CopiesView::sources);
        copies(largest, "mirror", CopiesView::mirror);
        consumers(view.busiest());
        accounts(view.accounts());
        own(view);
        log(view.log());
    }

    private void server(String name, String help, double value) {
        text.gauge(names.ofJetStream("server_" + name), help);
        text.value(server, value);
    }

    private void streams(
            List<InAccount<StreamView>> shown,
            String name,
            String help,
            ToLongFunction<StreamState> number) {
        text.gauge(names.ofJetStream("stream_" + name), help);
        for (InAccount<StreamView> each : shown) {
            text.value(
                    stream(each.account(), each.asset().name()),
                    number.applyAsLong(each.asset().state()));
        }
    }

    private void bounds(List<InAccount<StreamView>> shown) {
        text.gauge(names.ofJetStream("stream_limit_messages"), "Messages it may have, or -1.");
        bounds(shown, StreamBounds::messages);
        text.gauge(names.ofJetStream("stream_limit_bytes"), "Bytes it may have, or -1.");
        bounds(shown, StreamBounds::bytes);
    }

    private void bounds(List<InAccount<StreamView>> shown, ToLongFunction<StreamBounds> number) {
        for (InAccount<StreamView> each : shown) {
            text.value(
                    stream(each.account(), each.asset().name()),
                    number.applyAsLong(each.asset().bounds()));
        }
    }

    /** A copy, and the stream that it is in. */
    private record Copied(InAccount<StreamView> stream, CopyView copy) {}

    /** Those that lag most, of all streams that are shown together. */
    private void copies(
            List<InAccount<StreamView>> shown,
            String kind,
            Function<CopiesView, List<CopyView>> of) {
        Iterator<Copied> most =
                shown.stream()
                        .flatMap(
                                stream ->
                                        of.apply(stream.asset().copies()).stream()
                                                .map(copy -> new Copied(stream, copy)))
                        .sorted(Comparator.comparing(each -> -each.copy.lag()))
                        .iterator();
        Map<Labels, CopyView> all = new LinkedHashMap<>();
        while (most.hasNext() && all.size() < MOST) {
            Copied next = most.next();
            all.putIfAbsent(labels(next, kind), next.copy);
        }
        text.gauge(names.ofJetStream("stream_" + kind + "_lag"), "Messages that are to be copied.");
        all.forEach((labels, its) -> text.value(labels, its.lag()));
        text.gauge(
                names.ofJetStream("stream_" + kind + "_active_duration_ns"),
                "Since something was heard of it, in ns; -1 if nothing was.");
        all.forEach((labels, its) -> text.value(labels, its.activeNs()));
    }

    private Labels labels(Copied copied, String kind) {
        return stream(copied.stream.account(), copied.stream.asset().name())
                .and(kind + "_name", copied.copy.name())
                .and(kind + "_api", copied.copy.api())
                .and(kind + "_deliver", copied.copy.deliver());
    }

    /** Those that store most. */
    private void accounts(List<AccountView> all) {
        List<AccountView> most =
                all.stream()
                        .sorted(
                                Comparator.comparing(
                                        each ->
                                                -each.usage().memoryBytes()
                                                        - each.usage().storeBytes()))
                        .limit(AccountMetrics.MOST)
                        .toList();
        accounts(most, "max_memory", "Memory it may take.", Usage::reservedMemoryBytes);
        accounts(most, "max_storage", "What it may take on disk.", Usage::reservedStoreBytes);
        accounts(most, "memory_used", "Memory it takes.", Usage::memoryBytes);
        accounts(most, "storage_used", "What it takes on disk.", Usage::storeBytes);
    }

    /** What has no limit is told as the exporter does, which takes -1 for a number without sign. */
    private void accounts(
            List<AccountView> shown, String name, String help, ToLongFunction<Usage> number) {
        text.gauge(names.ofJetStream("account_" + name), help);
        for (AccountView each : shown) {
            long value = number.applyAsLong(each.usage());
            text.value(account(each.name()), value < 0 ? value + UNSIGNED : (double) value);
        }
    }

    private Labels account(String name) {
        return server.and("account", name).and("account_name", name).and("account_id", name);
    }

    private Labels stream(String account, String name) {
        return account(account)
                .and("stream_name", name)
                .and("stream_leader", leader)
                .and("is_stream_leader", "true")
                .and("stream_raft_group", "");
    }

    private void consumers(Busiest busiest) {
        consumers(
                busiest,
                "delivered_consumer_seq",
                "Deliveries of a consumer.",
                each -> each.delivered().delivery());
        consumers(
                busiest,
                "delivered_stream_seq",
                "Last sequence that a consumer delivered.",
                each -> each.delivered().sequence());
        consumers(
                busiest,
                "num_ack_pending",
                "Messages that wait for their acknowledgement.",
                ConsumerView::unacked);
        consumers(
                busiest,
                "num_redelivered",
                "Messages that were delivered more than once.",
                ConsumerView::redelivered);
        consumers(
                busiest, "num_waiting", "Requests that wait for messages.", ConsumerView::waiting);
        consumers(
                busiest,
                "num_pending",
                "Messages that a consumer is to deliver.",
                ConsumerView::pending);
        consumers(
                busiest,
                "ack_floor_stream_seq",
                "Sequence up to which all is acknowledged.",
                each -> each.acknowledged().sequence());
        consumers(
                busiest,
                "ack_floor_consumer_seq",
                "Delivery up to which all is acknowledged.",
                each -> each.acknowledged().delivery());
        last(busiest, "last_delivery", "Since its last delivery.", ConsumerView::delivered);
        last(busiest, "last_ack", "Since its last acknowledgement.", ConsumerView::acknowledged);
        sum("pending", "Messages that consumers are to deliver.", busiest.pending());
        sum("ack_pending", "Messages that wait for acknowledgements.", busiest.unacked());
        sum("redelivered", "Messages delivered more than once.", busiest.redelivered());
        sum("waiting", "Requests that wait for messages.", busiest.waiting());
        sum("delivered", "Deliveries of the consumers there are.", busiest.delivered());
    }

    private void consumers(
            Busiest busiest, String name, String help, ToLongFunction<ConsumerView> number) {
        text.gauge(names.ofJetStream("consumer_" + name), help);
        for (InAccount<ConsumerView> each : busiest.consumers()) {
            text.value(consumer(each), number.applyAsLong(each.asset()));
        }
    }

    /** How long ago something was; nothing of those where it never was. */
    private void last(
            Busiest busiest,
            String name,
            String help,
            Function<ConsumerView, ConsumerView.Position> position) {
        text.gauge(names.ofJetStream("consumer_" + name + "_seconds"), help);
        for (InAccount<ConsumerView> each : busiest.consumers()) {
            Optional<Instant> last = position.apply(each.asset()).last();
            if (last.isPresent()) {
                Duration ago = Duration.between(last.get(), each.asset().seen());
                text.value(consumer(each), ago.toNanos() / NS_PER_S);
            }
        }
    }

    private Labels consumer(InAccount<ConsumerView> each) {
        ConsumerView its = each.asset();
        return stream(each.account(), its.stream())
                .and("consumer_name", its.name())
                .and("consumer_leader", "")
                .and("is_consumer_leader", "true")
                .and("consumer_desc", its.description())
                .and("consumer_created", created(its));
    }

    private static String created(ConsumerView consumer) {
        return consumer.created().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void sum(String name, String help, long value) {
        text.gauge("millrace_jetstream_consumers_" + name, help);
        text.value(value);
    }

    private void own(JetStreamView view) {
        text.gauge("millrace_jetstream_memory_bytes", "Memory that streams take.");
        text.value(view.usage().memoryBytes());
        text.gauge("millrace_jetstream_storage_bytes", "What streams take on disk.");
        text.value(view.usage().storeBytes());
        text.counter("millrace_jetstream_api_requests", "Requests to JetStream.");
        text.value(view.api().total());
        text.counter("millrace_jetstream_api_errors", "Requests that were refused.");
        text.value(view.api().errors());
    }

    private void log(LogView log) {
        position("appended", "Behind the last record of the log.", log.appended());
        position("written", "Up to where the kernel has the log.", log.written());
        position("durable", "Up to where the disk has the log.", log.durable());
        position("oldest", "From where on the log is kept.", log.oldest());
        text.gauge("millrace_jetstream_log_fault", "Whether the log takes nothing any more.");
        text.value(log.fault().isPresent() ? 1 : 0);
        histogram("sync_seconds", "How long each sync of the log took.", log.syncSeconds());
        histogram("batch_records", "Records that were synced together.", log.batchRecords());
        histogram("batch_bytes", "Bytes that were synced together.", log.batchBytes());
    }

    /** Positions only grow, so they count bytes. */
    private void position(String name, String help, long position) {
        text.counter("millrace_jetstream_log_" + name + "_bytes", help);
        text.value(position);
    }

    private void histogram(String name, String help, Buckets buckets) {
        text.histogram("millrace_jetstream_log_" + name, help);
        Map<Double, Long> upTo = new LinkedHashMap<>();
        long below = 0;
        for (int i = 0; i < buckets.bounds().size(); i++) {
            below += buckets.counts().get(i);
            upTo.put(buckets.bounds().get(i), below);
        }
        text.buckets(Labels.NONE, upTo, buckets.count(), buckets.sum());
    }
}
