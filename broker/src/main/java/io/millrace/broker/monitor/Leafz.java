package io.millrace.broker.monitor;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.LeafSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;
import io.millrace.protocol.ServerInfo;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code leafz}: leaf node connections, whichever side has dialed. */
final class Leafz {
    private final Snapshots snapshots;

    Leafz(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    JsonOut.Fields answer(LeafzOptions options) throws BadQueryException, InterruptedException {
        ServerInfo info = snapshots.server().info();
        List<LeafSnapshot> leafs = snapshots.leafs(options.account());
        Map<Long, List<SubscriptionSnapshot>> told =
                options.subscriptions()
                        ? snapshots.told(leafs.stream().map(LeafSnapshot::id).toList())
                        : Map.of();
        return out ->
                out.field("server_id", info.serverId())
                        .field("now", Instant.now())
                        .field("leafnodes", leafs.size())
                        .objects(
                                "leafs",
                                leafs,
                                (each, leaf) ->
                                        write(each, leaf, told.getOrDefault(leaf.id(), List.of())));
    }

    private static void write(JsonOut out, LeafSnapshot leaf, List<SubscriptionSnapshot> told)
            throws IOException {
        TrafficSnapshot traffic = leaf.traffic();
        out.field("id", leaf.id())
                .field("name", leaf.facts().name())
                .field("is_spoke", leaf.facts().spoke())
                .some("is_isolated", leaf.facts().isolated())
                .field("account", leaf.facts().account())
                .field("ip", leaf.ip())
                .field("port", leaf.port())
                .field("rtt", GoText.rtt(leaf.rttNs()))
                .field("in_msgs", traffic.inMessages())
                .field("out_msgs", traffic.outMessages())
                .field("in_bytes", traffic.inBytes())
                .field("out_bytes", traffic.outBytes())
                .field("subscriptions", leaf.subscriptions());
        SubscriptionFields.some(out, ShownSubscriptions.SUBJECTS, told);
        out.some("compression", leaf.facts().compression())
                .some("websocket", leaf.facts().webSocket());
    }
}
