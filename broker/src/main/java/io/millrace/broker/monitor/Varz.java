package io.millrace.broker.monitor;

import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.jetstream.view.Detail;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.ByKind;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.protocol.ServerInfo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** {@code varz}: the server as a whole. */
final class Varz {
    private final Monitored server;
    private final Snapshots snapshots;
    private final RequestCounts requests;
    private final ProcessUsage usage;

    Varz(Monitored server, Snapshots snapshots, RequestCounts requests, ProcessUsage usage) {
        this.server = server;
        this.snapshots = snapshots;
        this.requests = requests;
        this.usage = usage;
    }

    JsonOut.Fields answer() throws InterruptedException {
        ServerSnapshot snapshot = snapshots.server();
        Optional<GatewayView> gateway = server.gateway();
        Optional<JetStreamView> jetStream = JetStreamJson.of(server, Look.at(Detail.TOTALS));
        return out -> write(out, snapshot, gateway, jetStream);
    }

    private void write(
            JsonOut out,
            ServerSnapshot snapshot,
            Optional<GatewayView> gateway,
            Optional<JetStreamView> jetStream)
            throws IOException {
        identity(out, snapshot.info(), server.options());
        out.someTexts("ws_connect_urls", snapshot.webSocketUrls());
        limits(out, snapshot.info(), gateway, jetStream);
        process(out);
        traffic(out, snapshot);
        configuration(out);
        faults(out, snapshot);
        Optional<Instant> end = server.certificateEnd();
        if (end.isPresent()) {
            out.field("tls_cert_not_after", end.get());
        }
        MemoryVarz.write(out, server.memory(), server.options().limits().maxMemoryBytes());
    }

    private static void identity(JsonOut out, ServerInfo info, Options options) throws IOException {
        out.field("server_id", info.serverId())
                .field("server_name", info.serverName())
                .field("version", info.version())
                .field("millrace", info.millrace())
                .field("proto", 1)
                .field("go", info.runtime())
                .field("host", info.host())
                .field("port", info.port())
                // Also where clients aren't told, as they may be somebody without saying so.
                .some("auth_required", options.auth().isRequired())
                .some("tls_required", info.tlsRequired())
                .some("tls_verify", info.tlsVerify())
                .someTexts("connect_urls", info.connectUrls());
    }

    private void limits(
            JsonOut out,
            ServerInfo info,
            Optional<GatewayView> gateway,
            Optional<JetStreamView> jetStream)
            throws IOException {
        Options options = server.options();
        MonitorOptions monitor = options.monitor();
        out.field("max_connections", options.limits().maxConnections())
                .some("max_subscriptions", options.limits().maxSubscriptions())
                .field("ping_interval", options.keepAlive().pingInterval().toNanos())
                .field("ping_max", options.keepAlive().maxPingsOut())
                .field("http_host", monitor.host())
                .field("http_port", monitor.httpPort())
                .field("http_base_path", monitor.basePath())
                .field("https_port", monitor.httpsPort())
                .field("auth_timeout", options.auth().timeout().toNanos() / 1e9)
                .field("max_control_line", options.limits().maxControlLineBytes())
                .field("max_payload", options.limits().maxPayloadBytes())
                .field("max_pending", options.limits().maxPendingBytes());
        ClusterVarz.write(
                out, options, info.cluster(), server.clusterPort(), server.clusterCertificateEnd());
        GatewayVarz.write(out, options, gateway);
        LeafVarz.write(out, options, server.leafPort(), server.leafCertificateEnd());
        out.empty("mqtt");
        WebSocketVarz.write(
                out, options.websocket(), server.webSocketPort(), server.webSocketCertificateEnd());
        if (jetStream.isPresent()) {
            JetStreamJson.write(out, jetStream.get(), options.jetStream());
        } else {
            out.empty("jetstream");
        }
        out.field("tls_timeout", options.tls().timeout().toNanos() / 1e9)
                .field("write_deadline", options.delivery().writeDeadline().toNanos())
                .some("write_timeout", options.delivery().writeTimeout().chosen());
    }

    private void process(JsonOut out) throws IOException {
        Instant now = Instant.now();
        int cores = Runtime.getRuntime().availableProcessors();
        out.field("start", server.started())
                .field("now", now)
                .field("uptime", GoText.uptime(Duration.between(server.started(), now)))
                .field("mem", usage.residentBytes())
                .field("cores", cores)
                .field("gomaxprocs", cores)
                .field("cpu", usage.cpuPercent());
    }

    private static void traffic(JsonOut out, ServerSnapshot snapshot) throws IOException {
        TrafficSnapshot traffic = snapshot.traffic();
        TrafficSnapshot clients = snapshot.clientTraffic();
        out.field("connections", snapshot.connections())
                .field("total_connections", snapshot.totalConnections())
                .field("routes", snapshot.cluster().routes())
                .field("remotes", snapshot.cluster().remotes())
                .field("leafnodes", snapshot.leafNodes())
                .field("in_msgs", traffic.inMessages())
                .field("in_bytes", traffic.inBytes())
                .field("in_client_msgs", clients.inMessages())
                .field("in_client_bytes", clients.inBytes())
                .field("out_msgs", traffic.outMessages())
                .field("out_bytes", traffic.outBytes())
                .field("out_client_msgs", clients.outMessages())
                .field("out_client_bytes", clients.outBytes())
                .field("slow_consumers", snapshot.slowConsumers())
                .field("stale_connections", snapshot.staleConnections())
                .field("stalled_clients", snapshot.stalls())
                .field("subscriptions", snapshot.sublist().subscriptions());
    }

    private void configuration(JsonOut out) throws IOException {
        Options options = server.options();
        out.object(
                "http_req_stats",
                fields -> {
                    for (Map.Entry<String, Long> path : requests.counts().entrySet()) {
                        fields.field(path.getKey(), path.getValue());
                    }
                });
        out.field("config_load_time", server.configured())
                .field("config_digest", options.files().configDigest())
                .someTexts("tags", options.identity().tags());
        Map<String, String> metadata = options.identity().metadata();
        if (!metadata.isEmpty()) {
            out.object(
                    "metadata",
                    fields -> {
                        for (Map.Entry<String, String> entry : metadata.entrySet()) {
                            fields.field(entry.getKey(), entry.getValue());
                        }
                    });
        }
        FeatureFlags.write(out);
        out.some("system_account", options.auth().systemAccount());
    }

    private static void faults(JsonOut out, ServerSnapshot snapshot) throws IOException {
        byKind(out, "slow_consumer_stats", snapshot.slowByKind());
        byKind(out, "stale_connection_stats", snapshot.staleByKind());
        out.object(
                "disk_io_wait_stats",
                fields ->
                        fields.field("waiters", 0)
                                .field("waits", 0)
                                .field("wait_time", 0)
                                .field("max_wait_time", 0));
    }

    /** Writes how often something has happened; {@code statsz} has it, too. */
    static void byKind(JsonOut out, String name, ByKind counts) throws IOException {
        out.object(
                name,
                fields ->
                        fields.field("clients", counts.clients())
                                .field("routes", counts.routes())
                                .field("gateways", counts.gateways())
                                .field("leafs", counts.leafs()));
    }
}
