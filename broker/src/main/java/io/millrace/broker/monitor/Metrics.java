package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.GatewaySnapshot;
import io.millrace.broker.routing.view.LeafSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.util.List;

/**
 * {@code /metrics}: what Prometheus reads, as OpenMetrics if it asks for that. What the exporter
 * tells of {@code varz}, {@code subsz}, {@code routez}, {@code gatewayz}, {@code leafz}, {@code
 * connz}, {@code accstatz}, {@code accountz}, {@code healthz} and {@code jsz} is {@linkplain
 * ExporterNames called as it calls it}; what begins with {@code millrace_} is ours, and the JVM's
 * numbers have the names that Prometheus' own client gives them.
 *
 * <p>Of what peers can make any number of, only so many have series: the busiest {@linkplain
 * ConnectionMetrics connections}, {@linkplain SubscriptionMetrics subscriptions}, {@linkplain
 * AccountMetrics accounts} and {@linkplain LinkMetrics other servers}, the largest streams and the
 * consumers that are most behind.
 */
final class Metrics implements Endpoint {
    private static final String OPEN = "application/openmetrics-text";

    private final Monitored server;
    private final Snapshots snapshots;
    private final ServerAnswers answers;

    Metrics(Monitored server, Snapshots snapshots, ServerAnswers answers) {
        this.server = server;
        this.snapshots = snapshots;
        this.answers = answers;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        ExporterNames names = ExporterNames.of(query);
        ServerSnapshot snapshot = snapshots.server();
        MetricsText text =
                new MetricsText(
                        query.accepted().prefers(OPEN, "text/plain")
                                ? MetricsText.Format.OPENMETRICS
                                : MetricsText.Format.PROMETHEUS,
                        snapshot.info().serverId());
        exported(text, names, snapshot);
        ServerMetrics.write(text, server, snapshot, snapshots);
        LatencyMetrics.write(text, server.latencies());
        JvmMetrics.write(text);
        ProcessMetrics.write(text, server.started(), answers.usage());
        ConnectionMetrics connections = ConnectionMetrics.of(snapshots);
        connections.write(text, names);
        SubscriptionMetrics.write(text, snapshots, connections.receivers());
        BusiestAccounts busiest =
                BusiestAccounts.of(snapshots, AccountOrder.BY_MESSAGES, AccountMetrics.MOST);
        AccountMetrics.write(text, names, snapshot.accounts(), busiest);
        AccountDetailMetrics.write(text, names, server.options(), busiest.first());
        links(text, names);
        JetStreamMetrics.write(
                text,
                names,
                snapshot.info(),
                JetStreamJson.of(server, Look.at(JetStreamMetrics.SHOWN)));
        return text.reply();
    }

    private void links(MetricsText text, ExporterNames names) throws InterruptedException {
        Moment now = Moment.now();
        List<GatewaySnapshot> gateways = snapshots.gateways(now);
        List<LeafSnapshot> leafs = snapshots.leafs("");
        LinkMetrics.write(text, snapshots.routes(now), gateways, leafs);
        GatewayMetrics.write(text, names, server.options().gateway(), gateways, now);
        LeafMetrics.write(text, names, leafs);
    }

    private void exported(MetricsText text, ExporterNames names, ServerSnapshot snapshot)
            throws BadQueryException, InterruptedException {
        ExporterNumbers.write(text, names, "varz", answers.varz());
        ExporterNumbers.write(text, names, "subsz", answers.subsz(SubszOptions.TOTALS));
        text.gauge(names.of("routez_num_routes"), "num_routes");
        text.value(snapshot.cluster().routes());
        named(text, names.of("routez_server_id"), snapshot.info().serverId());
        named(text, names.of("routez_server_name"), snapshot.info().serverName());
        boolean healthy = isHealthy(HealthzOptions.BRIEF);
        health(text, names.of("healthz"), healthy);
        // Whatever is in JetStream is passed over in either.
        health(text, names.of("healthz_js_enabled_only"), healthy);
        health(text, names.of("healthz_js_server_only"), isHealthy(HealthzOptions.CONNECTABLE));
    }

    private static void named(MetricsText text, String name, String value) {
        text.gauge(name, "what the server is called");
        text.value(Labels.of("value", value), 1);
    }

    private boolean isHealthy(HealthzOptions asked) throws InterruptedException {
        return answers.healthz(asked).problems().isEmpty();
    }

    private static void health(MetricsText text, String name, boolean healthy) {
        text.gauge(name + "_status", "0 if all is well");
        text.value(healthy ? 0 : 1);
        text.gauge(name + "_status_value", "1 if all is well");
        text.value(Labels.of("value", healthy ? "ok" : "error"), healthy ? 1 : 0);
    }
}
