package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.AccountView;
import io.millrace.broker.jetstream.view.Buckets;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.jetstream.view.StreamState;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.protocol.ServerInfo;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What Prometheus reads of JetStream. What {@code /jsz} has is called as the exporter calls it,
 * with its labels; of streams only the {@link #MOST} largest have series, so that there are never
 * more than so many. What the log does is ours.
 */
final class JetStreamMetrics {
    /** Streams that have series of their own. */
    static final int MOST = 100;

    private record Named(String account, StreamView stream) {
        StreamState state() {
            return stream.state();
        }
    }

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
        List<Named> largest = largest(view);
        streams(largest, "total_messages", "Messages in a stream.", StreamState::messages);
        streams(largest, "total_bytes", "Bytes of messages in a stream.", StreamState::bytes);
        streams(largest, "first_seq", "First sequence in a stream.", StreamState::firstSequence);
        streams(largest, "last_seq", "Last sequence of a stream.", StreamState::lastSequence);
        streams(largest, "consumer_count", "Consumers of a stream.", StreamState::consumers);
        own(view);
        log(view.log());
    }

    private void server(String name, String help, double value) {
        text.family("jetstream_server_" + name, "gauge", help);
        text.value(server, value);
    }

    private static List<Named> largest(JetStreamView view) {
        return view.accounts().stream()
                .flatMap(JetStreamMetrics::streams)
                .sorted(Comparator.comparingLong((Named each) -> -each.state().bytes()))
                .limit(MOST)
                .toList();
    }

    private static Stream<Named> streams(AccountView account) {
        return account.streams().stream().map(each -> new Named(account.name(), each));
    }

    private void streams(
            List<Named> shown, String name, String help, ToLongFunction<StreamState> number) {
        text.family("jetstream_stream_" + name, "gauge", help);
        for (Named each : shown) {
            text.value(
                    server
                            + label(",account", each.account())
                            + label(",account_id", each.account())
                            + label(",stream_name", each.stream().name())
                            + label(",stream_leader", "")
                            + label(",is_stream_leader", "true"),
                    number.applyAsLong(each.state()));
        }
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
