package io.millrace.broker.monitor;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.GatewaySnapshot;
import io.millrace.broker.routing.view.LeafSnapshot;
import io.millrace.broker.routing.view.RouteSnapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What Prometheus reads of connections to other servers: those that carry most messages have
 * series.
 */
final class LinkMetrics {
    /** Connections that have series, of all kinds together. */
    static final int MOST = 100;

    private static final double NS = 1e-9;

    /** One of them. */
    private record Link(
            Labels labels, TrafficSnapshot traffic, long subscriptions, long rttNs, long pending) {
        Link(RouteSnapshot route) {
            this(
                    labels("route", route.rid(), route.remoteName(), route.account(), route.ip()),
                    route.traffic(),
                    route.subscriptions(),
                    route.rttNs(),
                    route.pendingBytes());
        }

        Link(GatewaySnapshot gateway) {
            this(
                    labels(
                            gateway.outbound() ? "gateway_outbound" : "gateway_inbound",
                            gateway.gid(),
                            gateway.remoteName(),
                            "",
                            gateway.ip()),
                    gateway.traffic(),
                    gateway.subscriptions(),
                    gateway.rttNs(),
                    gateway.pendingBytes());
        }

        Link(LeafSnapshot leaf) {
            this(
                    labels(
                            "leaf",
                            leaf.id(),
                            leaf.facts().name(),
                            leaf.facts().account(),
                            leaf.ip()),
                    leaf.traffic(),
                    leaf.subscriptions(),
                    leaf.rttNs(),
                    -1);
        }

        private static Labels labels(String kind, long id, String remote, String acc, String ip) {
            return Labels.of("kind", kind)
                    .and("id", String.valueOf(id))
                    .and("remote", remote)
                    .and("account", acc)
                    .and("ip", ip);
        }

        long messages() {
            return traffic.messages();
        }
    }

    private LinkMetrics() {}

    /** Writes it, of connections of each kind. */
    static void write(
            MetricsText text,
            List<RouteSnapshot> routes,
            List<GatewaySnapshot> gateways,
            List<LeafSnapshot> leafs) {
        List<Link> all = new ArrayList<>();
        routes.forEach(each -> all.add(new Link(each)));
        gateways.forEach(each -> all.add(new Link(each)));
        leafs.forEach(each -> all.add(new Link(each)));
        all.sort(Comparator.comparingLong(Link::messages).reversed());
        List<Link> links = all.subList(0, Math.min(MOST, all.size()));
        text.counter("millrace_link_in_msgs", "Messages from another server.");
        values(text, links, link -> link.traffic.inMessages());
        text.counter("millrace_link_in_bytes", "Bytes of messages from another server.");
        values(text, links, link -> link.traffic.inBytes());
        text.counter("millrace_link_out_msgs", "Messages to another server.");
        values(text, links, link -> link.traffic.outMessages());
        text.counter("millrace_link_out_bytes", "Bytes of messages to another server.");
        values(text, links, link -> link.traffic.outBytes());
        text.gauge("millrace_link_subscriptions", "What another server has told.");
        values(text, links, Link::subscriptions);
        text.gauge("millrace_link_rtt_seconds", "The round trip of the last answer to a PING.");
        values(text, links, link -> link.rttNs * NS);
        text.gauge("millrace_link_pending_bytes", "Bytes that wait for another server.");
        values(text, links.stream().filter(link -> link.pending >= 0).toList(), Link::pending);
    }

    private static void values(MetricsText text, List<Link> links, ToDoubleFunction<Link> number) {
        links.forEach(link -> text.value(link.labels, number.applyAsDouble(link)));
    }
}
