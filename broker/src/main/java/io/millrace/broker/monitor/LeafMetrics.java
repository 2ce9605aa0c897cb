package io.millrace.broker.monitor;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.LeafSnapshot;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the exporter tells of {@code leafz}: the connections of leaf nodes that carry most messages
 * have series. Its labels don't tell two connections to the same place in the same account apart;
 * then the one that carries more is told of.
 */
final class LeafMetrics {
    /** Connections that have series. */
    static final int MOST = 50;

    private static final double NS = 1e-9;

    private static final Comparator<LeafSnapshot> BY_MESSAGES =
            Comparator.comparingLong((LeafSnapshot each) -> messages(each.traffic()))
                    .reversed()
                    .thenComparing(LeafSnapshot::id);

    private final MetricsText text;
    private final ExporterNames names;
    private final Map<Labels, LeafSnapshot> shown = new LinkedHashMap<>();

    private LeafMetrics(MetricsText text, ExporterNames names) {
        this.text = text;
        this.names = names;
    }

    static void write(MetricsText text, ExporterNames names, List<LeafSnapshot> leafs) {
        LeafMetrics metrics = new LeafMetrics(text, names);
        leafs.stream()
                .sorted(BY_MESSAGES)
                .limit(MOST)
                .forEach(each -> metrics.shown.putIfAbsent(labels(each), each));
        metrics.all(leafs.size());
    }

    private static long messages(TrafficSnapshot traffic) {
        return traffic.inMessages() + traffic.outMessages();
    }

    private static Labels labels(LeafSnapshot leaf) {
        return Labels.of("account", leaf.facts().account())
                .and("account_id", leaf.facts().account())
                .and("ip", leaf.ip())
                .and("port", String.valueOf(leaf.port()))
                .and("name", leaf.facts().name());
    }

    private void all(int count) {
        text.gauge(names.of("leafz_conn_nodes_total"), "nodes_total");
        text.value(count);
        gauge("info", "info", _ -> 1);
        gauge("conn_rtt", "rtt", each -> each.rttNs() * NS);
        counter("in_msgs", each -> each.traffic().inMessages());
        counter("out_msgs", each -> each.traffic().outMessages());
        counter("in_bytes", each -> each.traffic().inBytes());
        counter("out_bytes", each -> each.traffic().outBytes());
        gauge("conn_subscriptions_total", "subscriptions_total", LeafSnapshot::subscriptions);
    }

    private void gauge(String name, String help, ToDoubleFunction<LeafSnapshot> number) {
        text.gauge(names.of("leafz_" + name), help);
        values(number);
    }

    private void counter(String name, ToDoubleFunction<LeafSnapshot> number) {
        text.misnamedCounter(names.of("leafz_conn_" + name), name);
        values(number);
    }

    private void values(ToDoubleFunction<LeafSnapshot> number) {
        shown.forEach((labels, leaf) -> text.value(labels, number.applyAsDouble(leaf)));
    }
}
