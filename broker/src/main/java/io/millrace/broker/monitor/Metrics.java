package io.millrace.broker.monitor;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.latency.Latencies;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.ByKind;
import io.millrace.broker.routing.view.ClusterSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.util.Locale;

/**
 * {@code /metrics}: what Prometheus reads. What {@code /varz} has is called as the exporter calls
 * it, {@code gnatsd_varz_…}, with its label, and so are the number of routes and {@linkplain
 * JetStreamMetrics JetStream}; the rest is ours. The only labels are the server's id, names of
 * stages and of kinds of memory, of the busiest {@linkplain AccountMetrics accounts} and of the
 * largest streams and of the consumers that are most behind, so the number of series has a bound.
 */
final class Metrics implements Endpoint {
    private static final double NS = 1e-9;

    private final Monitored server;
    private final Snapshots snapshots;
    private final ProcessUsage usage;

    Metrics(Monitored server, Snapshots snapshots, ProcessUsage usage) {
        this.server = server;
        this.snapshots = snapshots;
        this.usage = usage;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        ServerSnapshot snapshot = snapshots.server();
        PrometheusText text = new PrometheusText(snapshot.info().serverId());
        varz(text, snapshot);
        limits(text);
        own(text, snapshot);
        JetStreamMetrics.write(
                text, snapshot.info(), JetStreamJson.of(server, Look.at(JetStreamMetrics.SHOWN)));
        AccountMetrics.write(
                text,
                snapshot.accounts(),
                BusiestAccounts.of(snapshots, AccountOrder.BY_MESSAGES, AccountMetrics.MOST));
        return new Reply(200, Reply.Kind.METRICS, text.toBytes());
    }

    private void varz(PrometheusText text, ServerSnapshot snapshot) {
        TrafficSnapshot traffic = snapshot.traffic();
        text.varz("connections", snapshot.connections());
        text.varz("total_connections", snapshot.totalConnections());
        TrafficSnapshot clients = snapshot.clientTraffic();
        text.varz("in_msgs", traffic.inMessages());
        text.varz("in_bytes", traffic.inBytes());
        text.varz("out_msgs", traffic.outMessages());
        text.varz("out_bytes", traffic.outBytes());
        text.varz("in_client_msgs", clients.inMessages());
        text.varz("in_client_bytes", clients.inBytes());
        text.varz("out_client_msgs", clients.outMessages());
        text.varz("out_client_bytes", clients.outBytes());
        text.varz("slow_consumers", snapshot.slowConsumers());
        byKind(text, "slow_consumer_stats", snapshot.slowByKind());
        text.varz("stale_connections", snapshot.staleConnections());
        byKind(text, "stale_connection_stats", snapshot.staleByKind());
        text.varz("stalled_clients", snapshot.stalls());
        text.varz("subscriptions", snapshot.sublist().subscriptions());
        text.varz("routes", snapshot.cluster().routes());
        text.varz("remotes", snapshot.cluster().remotes());
        text.exported("routez_num_routes", snapshot.cluster().routes());
        text.varz("leafnodes", snapshot.leafNodes());
        text.varz("cores", Runtime.getRuntime().availableProcessors());
        text.varz("mem", usage.residentBytes());
        text.varz("cpu", usage.cpuPercent());
        text.varz("start", server.started().toEpochMilli());
    }

    private static void byKind(PrometheusText text, String field, ByKind counts) {
        text.varz(field + "_clients", counts.clients());
        text.varz(field + "_routes", counts.routes());
        text.varz(field + "_gateways", counts.gateways());
        text.varz(field + "_leafs", counts.leafs());
    }

    private void limits(PrometheusText text) {
        Options options = server.options();
        text.varz("max_connections", options.limits().maxConnections());
        text.varz("max_payload", options.limits().maxPayloadBytes());
        text.varz("max_pending", options.limits().maxPendingBytes());
        text.varz("max_control_line", options.limits().maxControlLineBytes());
    }

    private void own(PrometheusText text, ServerSnapshot snapshot) {
        text.own("ring_waiting", "gauge", "Entries that wait for the routing thread.");
        text.value("", server.ringWaiting());
        text.own("ring_capacity", "gauge", "Entries the ring has room for.");
        text.value("", server.ringCapacity());
        text.own("closed_connections", "gauge", "Ended connections that are remembered.");
        text.value("", snapshot.closedConnections());
        text.own("log_lines_dropped_total", "counter", "Lines the log did not take in time.");
        text.value("", server.droppedLogLines());
        memory(text, server.memory());
        cluster(text, snapshot.cluster());
        text.own("process_cpu_seconds_total", "counter", "Processor time of the process.");
        text.value("", ProcessUsage.cpuTime().toNanos() * NS);
        text.own("latency_seconds", "summary", "How long messages took, by stage.");
        for (Stage stage : Stage.values()) {
            summary(text, stage);
        }
    }

    private static void memory(PrometheusText text, MemorySnapshot memory) {
        text.own("memory_bytes", "gauge", "Memory kept for clients and other servers.");
        for (Debt kind : Debt.values()) {
            Long bytes = memory.bytesByKind().get(kind.text());
            if (bytes != null) {
                text.value("kind=\"" + kind.text() + "\"," + store(kind.store()), bytes);
            }
        }
        text.own("memory_bound_bytes", "gauge", "How much of it there may be.");
        text.value(store(Debt.Store.HEAP), memory.heapBoundBytes());
        text.value(store(Debt.Store.NATIVE), memory.nativeBoundBytes());
    }

    private static String store(Debt.Store store) {
        return "store=\"" + store.name().toLowerCase(Locale.ROOT) + '"';
    }

    /** The exporter doesn't tell what crosses routes. */
    private static void cluster(PrometheusText text, ClusterSnapshot cluster) {
        TrafficSnapshot traffic = cluster.traffic();
        text.own("route_in_msgs_total", "counter", "Messages from other servers.");
        text.value("", traffic.inMessages());
        text.own("route_in_bytes_total", "counter", "Bytes of messages from other servers.");
        text.value("", traffic.inBytes());
        text.own("route_out_msgs_total", "counter", "Messages to other servers.");
        text.value("", traffic.outMessages());
        text.own("route_out_bytes_total", "counter", "Bytes of messages to other servers.");
        text.value("", traffic.outBytes());
    }

    private void summary(PrometheusText text, Stage stage) {
        Latencies.Percentiles numbers = server.latencies().percentiles(stage);
        String label = "stage=\"" + stage.text() + '"';
        text.value(label + ",quantile=\"0.5\"", numbers.p50() * NS);
        text.value(label + ",quantile=\"0.9\"", numbers.p90() * NS);
        text.value(label + ",quantile=\"0.99\"", numbers.p99() * NS);
        text.value(label + ",quantile=\"0.999\"", numbers.p999() * NS);
        text.value(label + ",quantile=\"1\"", numbers.max() * NS);
        text.part("_sum", label, numbers.mean() * numbers.count() * NS);
        text.part("_count", label, numbers.count());
    }
}
