package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.LeafSnapshot;

import java.util.Comparator;
import java.util.List;

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
            Comparator.comparingLong((LeafSnapshot each) -> each.traffic().messages())
                    .reversed()
                    .thenComparing(LeafSnapshot::id);

    private LeafMetrics() {}

    static void write(MetricsText text, ExporterNames names, List<LeafSnapshot> leafs) {
        List<LeafSnapshot> most = leafs.stream().sorted(BY_MESSAGES).limit(MOST).toList();
        text.gauge(names.of("leafz_conn_nodes_total"), "nodes_total");
        text.value(leafs.size());
        ExportedSeries<LeafSnapshot> all =
                ExportedSeries.of(text, names.of("leafz_"), most, LeafMetrics::labels);
        all.gauge("info", _ -> 1);
        ExportedSeries<LeafSnapshot> each =
                new ExportedSeries<>(text, names.of("leafz_conn_"), all.shown());
        each.gauge("rtt", leaf -> leaf.rttNs() * NS);
        each.counter("in_msgs", leaf -> leaf.traffic().inMessages());
        each.counter("out_msgs", leaf -> leaf.traffic().outMessages());
        each.counter("in_bytes", leaf -> leaf.traffic().inBytes());
        each.counter("out_bytes", leaf -> leaf.traffic().outBytes());
        each.gauge("subscriptions_total", LeafSnapshot::subscriptions);
    }

    private static Labels labels(LeafSnapshot leaf) {
        return Labels.of("account", leaf.facts().account())
                .and("account_id", leaf.facts().account())
                .and("ip", leaf.ip())
                .and("port", String.valueOf(leaf.port()))
                .and("name", leaf.facts().name());
    }
}
