package io.millrace.broker.monitor;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.view.ByKind;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.protocol.ServerInfo;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What Prometheus reads of the server as a whole, with types that say what counts. */
final class ServerMetrics {
    /** Slow consumers that are counted at most. */
    private static final int MOST_SLOW = 1024;

    private static final double MS_PER_S = 1e3;

    private final MetricsText text;

    private ServerMetrics(MetricsText text) {
        this.text = text;
    }

    static void write(
            MetricsText text, Monitored server, ServerSnapshot snapshot, Snapshots snapshots)
            throws InterruptedException {
        ServerMetrics metrics = new ServerMetrics(text);
        metrics.identity(server, snapshot.info());
        metrics.traffic(snapshot);
        metrics.connections(server, snapshot);
        metrics.slow(snapshot, snapshots.slow(MOST_SLOW));
        metrics.ring(server);
        metrics.memory(server.memory());
        metrics.counter(
                "log_lines_dropped", "Lines the log did not take.", server.droppedLogLines());
    }

    private void identity(Monitored server, ServerInfo info) {
        text.info("millrace_build", "What runs here.");
        text.value(
                Labels.of("version", info.millrace())
                        .and("nats_version", info.version())
                        .and("java", info.runtime())
                        .and("server_name", info.serverName())
                        .and("cluster", info.cluster()),
                1);
        gauge("start_time_seconds", "When the server was started.", seconds(server.started()));
        gauge(
                "config_load_time_seconds",
                "Since when its options hold.",
                seconds(server.configured()));
        text.gauge("millrace_certificate_end_time_seconds", "When a certificate ends.");
        Map.of(
                        "clients", server.certificateEnd(),
                        "cluster", server.clusterCertificateEnd(),
                        "leafnodes", server.leafCertificateEnd(),
                        "websocket", server.webSocketCertificateEnd())
                .forEach(this::certificate);
    }

    private void certificate(String listener, Optional<Instant> end) {
        if (end.isPresent()) {
            text.value(Labels.of("listener", listener), seconds(end.get()));
        }
    }

    private void traffic(ServerSnapshot snapshot) {
        TrafficSnapshot all = snapshot.traffic();
        counter("in_msgs", "Messages that came in.", all.inMessages());
        counter("in_bytes", "Bytes of messages that came in.", all.inBytes());
        counter("out_msgs", "Messages that went out.", all.outMessages());
        counter("out_bytes", "Bytes of messages that went out.", all.outBytes());
        TrafficSnapshot routes = snapshot.cluster().traffic();
        counter("route_in_msgs", "Messages from other servers.", routes.inMessages());
        counter("route_in_bytes", "Bytes of messages from other servers.", routes.inBytes());
        counter("route_out_msgs", "Messages to other servers.", routes.outMessages());
        counter("route_out_bytes", "Bytes of messages to other servers.", routes.outBytes());
    }

    private void connections(Monitored server, ServerSnapshot snapshot) {
        gauge("connections", "Clients that are connected.", snapshot.connections());
        int limit = server.options().limits().maxConnections();
        gauge("max_connections", "Clients that may be; 0 for any number.", Math.max(0, limit));
        counter("accepted_connections", "Clients that ever came.", snapshot.totalConnections());
        gauge(
                "closed_connections",
                "Ended ones that are remembered.",
                snapshot.closedConnections());
        gauge("subscriptions", "Subscriptions.", snapshot.sublist().subscriptions());
        gauge("routes", "Connections to servers of the cluster.", snapshot.cluster().routes());
        gauge("remotes", "Servers of the cluster they lead to.", snapshot.cluster().remotes());
        gauge("leafnodes", "Connections of leaf nodes.", snapshot.leafNodes());
    }

    private void slow(ServerSnapshot snapshot, List<SlowConsumer> times) {
        gauge(
                "slow_now",
                "Connections whose queue is three quarters full, or worse.",
                times.stream().filter(time -> time.until() == null).count());
        byKind("slow_consumers", "Connections that were too slow.", snapshot.slowByKind());
        byKind("stale_connections", "Connections without a sign of life.", snapshot.staleByKind());
        counter("stalls", "Times a producer was held back.", snapshot.stalls());
    }

    private void byKind(String name, String help, ByKind counts) {
        text.counter("millrace_" + name, help);
        text.value(Labels.of("kind", "client"), counts.clients());
        text.value(Labels.of("kind", "route"), counts.routes());
        text.value(Labels.of("kind", "gateway"), counts.gateways());
        text.value(Labels.of("kind", "leaf"), counts.leafs());
    }

    private void ring(Monitored server) {
        gauge("ring_waiting", "Entries that wait for the routing thread.", server.ringWaiting());
        gauge("ring_capacity", "Entries the ring has room for.", server.ringCapacity());
    }

    private void memory(MemorySnapshot memory) {
        text.gauge("millrace_memory_bytes", "Memory kept for clients and other servers.");
        for (Debt kind : Debt.values()) {
            Long bytes = memory.bytesByKind().get(kind.text());
            if (bytes != null) {
                text.value(Labels.of("kind", kind.text()).and(store(kind.store())), bytes);
            }
        }
        text.gauge("millrace_memory_bound_bytes", "How much of it there may be.");
        text.value(store(Debt.Store.HEAP), memory.heapBoundBytes());
        text.value(store(Debt.Store.NATIVE), memory.nativeBoundBytes());
    }

    private static Labels store(Debt.Store store) {
        return Labels.of("store", store.name().toLowerCase(Locale.ROOT));
    }

    private void gauge(String name, String help, double value) {
        text.gauge("millrace_" + name, help);
        text.value(value);
    }

    private void counter(String name, String help, double value) {
        text.counter("millrace_" + name, help);
        text.value(value);
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / MS_PER_S;
    }
}
