package io.millrace.broker.monitor;

import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.GatewaySnapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What Prometheus reads of gateways: whether each configured cluster is connected with, and what
 * the exporter tells of {@code gatewayz}. Of either direction those that carry most messages have
 * series.
 */
final class GatewayMetrics {
    /** Gateways of one direction that have series; so many configured clusters have, too. */
    static final int MOST = 50;

    private static final double NS = 1e-9;

    private static final Comparator<GatewaySnapshot> BY_MESSAGES =
            Comparator.comparingLong((GatewaySnapshot each) -> each.traffic().messages())
                    .reversed()
                    .thenComparing(GatewaySnapshot::gid);

    private final MetricsText text;
    private final ExporterNames names;
    private final String cluster;
    private final List<GatewaySnapshot> joined;
    private final Instant now;

    private GatewayMetrics(
            MetricsText text,
            ExporterNames names,
            String cluster,
            List<GatewaySnapshot> joined,
            Instant now) {
        this.text = text;
        this.names = names;
        this.cluster = cluster;
        this.joined = joined;
        this.now = now;
    }

    /**
     * Writes it.
     *
     * @param options of gateways, of which the configured clusters are taken
     * @param all gateways; those that nothing crosses yet are passed over
     * @param now when these were looked at
     */
    static void write(
            MetricsText text,
            ExporterNames names,
            GatewayOptions options,
            List<GatewaySnapshot> all,
            Moment now) {
        List<GatewaySnapshot> joined =
                all.stream().filter(each -> each.facts().joined()).sorted(BY_MESSAGES).toList();
        GatewayMetrics metrics =
                new GatewayMetrics(text, names, options.name(), joined, now.wallTime());
        metrics.count();
        metrics.configured(options);
        metrics.exported(true);
        metrics.exported(false);
    }

    private void count() {
        text.gauge("millrace_gateways", "Connections with other clusters, by who dialed.");
        for (boolean outbound : new boolean[] {true, false}) {
            text.value(
                    Labels.of("direction", outbound ? "outbound" : "inbound"),
                    joined.stream().filter(each -> each.outbound() == outbound).count());
        }
    }

    private void configured(GatewayOptions options) {
        Set<String> connected =
                joined.stream()
                        .filter(GatewaySnapshot::outbound)
                        .map(each -> each.facts().cluster())
                        .collect(Collectors.toSet());
        Set<String> clusters =
                options.gateways().stream()
                        .map(RemoteGateway::name)
                        .filter(name -> !name.equals(cluster))
                        .collect(Collectors.toCollection(TreeSet::new));
        text.gauge("millrace_gateway_connected", "1 if a configured cluster gets messages.");
        clusters.stream()
                .limit(MOST)
                .forEach(
                        name ->
                                text.value(
                                        Labels.of("remote_gateway_name", name),
                                        connected.contains(name) ? 1 : 0));
    }

    /** What the exporter tells of one direction. */
    private void exported(boolean outbound) {
        ExportedSeries<GatewaySnapshot> each =
                ExportedSeries.of(
                        text,
                        names.of("gatewayz_" + (outbound ? "outbound" : "inbound") + "_gateway_"),
                        joined.stream()
                                .filter(gateway -> gateway.outbound() == outbound)
                                .limit(MOST)
                                .toList(),
                        this::labels);
        // As the reference: only those that this server makes are known to be configured.
        each.gauge("configured", gateway -> outbound && gateway.facts().configured() ? 1 : 0);
        each.gauge("conn_start_time_seconds", gateway -> gateway.started().getEpochSecond());
        each.gauge(
                "conn_last_activity_seconds", gateway -> gateway.lastActivity().getEpochSecond());
        each.gauge("conn_uptime_seconds", gateway -> secondsSince(gateway.started()));
        each.gauge("conn_idle_seconds", gateway -> secondsSince(gateway.lastActivity()));
        each.gauge("conn_rtt", gateway -> gateway.rttNs() * NS);
        each.gauge("conn_pending_bytes", GatewaySnapshot::pendingBytes);
        each.counter("conn_in_msgs", gateway -> gateway.traffic().inMessages());
        each.counter("conn_out_msgs", gateway -> gateway.traffic().outMessages());
        each.counter("conn_in_bytes", gateway -> gateway.traffic().inBytes());
        each.counter("conn_out_bytes", gateway -> gateway.traffic().outBytes());
        each.gauge("conn_subscriptions", GatewaySnapshot::subscriptions);
    }

    private Labels labels(GatewaySnapshot gateway) {
        return Labels.of("gateway_name", cluster)
                .and("cid", String.valueOf(gateway.gid()))
                .and("remote_gateway_name", gateway.facts().cluster());
    }

    private long secondsSince(Instant time) {
        return Math.max(0, Duration.between(time, now).toSeconds());
    }
}
