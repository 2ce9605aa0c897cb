package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.Buckets;
import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.InAccount;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.jetstream.view.StreamState;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.jetstream.view.Top;
import io.millrace.protocol.ServerInfo;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
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

    private final PrometheusText text;
    private final String server;

    private JetStreamMetrics(PrometheusText text, ServerInfo info) {
        this.text = text;
        server =
                label("server_name", info.serverName())
                        + label(",cluster", "")
                        + label(",domain", info.domain())
                        + label(",meta_leader", "")
                        + label(",is_meta_leader", "true");
    }

    private static String label(String name, String value) {
        return name + "=\"" + PrometheusText.escaped(value) + '"';
    }

    /** Writes it; what isn't there tells no more than that. */
    static void write(PrometheusText text, ServerInfo info, Optional<JetStreamView> view) {
        JetStreamMetrics metrics = new JetStreamMetrics(text, info);
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
        streams(largest, "consumer_count", "Consumers of a stream.", StreamState::consumers);
        consumers(view.busiest());
        own(view);
        log(view.log());
    }

    private void server(String name, String help, double value) {
        text.family("jetstream_server_" + name, "gauge", help);
        text.value(server, value);
    }

    private void streams(
            List<InAccount<StreamView>> shown,
            String name,
            String help,
            ToLongFunction<StreamState> number) {
        text.family("jetstream_stream_" + name, "gauge", help);
        for (InAccount<StreamView> each : shown) {
            text.value(
                    stream(each.account(), each.asset().name()),
                    number.applyAsLong(each.asset().state()));
        }
    }

    private String stream(String account, String name) {
        return server
                + label(",account", account)
                + label(",account_id", account)
                + label(",stream_name", name)
                + label(",stream_leader", "")
                + label(",is_stream_leader", "true");
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
        sum("pending", "Messages that consumers are to deliver.", busiest.pending());
        sum("ack_pending", "Messages that wait for acknowledgements.", busiest.unacked());
        sum("redelivered", "Messages delivered more than once.", busiest.redelivered());
        sum("waiting", "Requests that wait for messages.", busiest.waiting());
        sum("delivered", "Deliveries of the consumers there are.", busiest.delivered());
    }

    private void consumers(
            Busiest busiest, String name, String help, ToLongFunction<ConsumerView> number) {
        text.family("jetstream_consumer_" + name, "gauge", help);
        for (InAccount<ConsumerView> each : busiest.consumers()) {
            ConsumerView its = each.asset();
            text.value(
                    stream(each.account(), its.stream())
                            + label(",consumer_name", its.name())
                            + label(",consumer_leader", "")
                            + label(",is_consumer_leader", "true")
                            + label(",consumer_desc", its.description())
                            + label(",consumer_created", created(its)),
                    number.applyAsLong(its));
        }
    }

    private static String created(ConsumerView consumer) {
        return consumer.created().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void sum(String name, String help, long value) {
        text.own("jetstream_consumers_" + name, "gauge", help);
        text.value("", value);
    }

    private void own(JetStreamView view) {
        text.own("jetstream_memory_bytes", "gauge", "Memory that streams take.");
        text.value("", view.usage().memoryBytes());
        text.own("jetstream_storage_bytes", "gauge", "What streams take on disk.");
        text.value("", view.usage().storeBytes());
        text.own("jetstream_api_requests_total", "counter", "Requests to JetStream.");
        text.value("", view.api().total());
        text.own("jetstream_api_errors_total", "counter", "Requests that were refused.");
        text.value("", view.api().errors());
    }

    private void log(LogView log) {
        position("appended", "Behind the last record of the log.", log.appended());
        position("written", "Up to where the kernel has the log.", log.written());
        position("durable", "Up to where the disk has the log.", log.durable());
        position("oldest", "From where on the log is kept.", log.oldest());
        text.own("jetstream_log_fault", "gauge", "Whether the log takes nothing any more.");
        text.value("", log.fault().isPresent() ? 1 : 0);
        histogram("sync_seconds", "How long each sync of the log took.", log.syncSeconds());
        histogram("batch_records", "Records that were synced together.", log.batchRecords());
        histogram("batch_bytes", "Bytes that were synced together.", log.batchBytes());
    }

    /** Positions only grow, so they count bytes. */
    private void position(String name, String help, long position) {
        text.own("jetstream_log_" + name + "_bytes_total", "counter", help);
        text.value("", position);
    }

    private void histogram(String name, String help, Buckets buckets) {
        text.own("jetstream_log_" + name, "histogram", help);
        long below = 0;
        for (int i = 0; i < buckets.bounds().size(); i++) {
            below += buckets.counts().get(i);
            text.part("_bucket", "le=\"" + buckets.bounds().get(i) + '"', below);
        }
        text.part("_bucket", "le=\"+Inf\"", buckets.count());
        text.part("_sum", "", buckets.sum());
        text.part("_count", "", buckets.count());
    }
}
