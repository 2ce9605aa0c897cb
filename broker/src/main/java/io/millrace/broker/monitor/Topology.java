package io.millrace.broker.monitor;

import io.millrace.protocol.ServerInfo;

import java.time.Instant;
import java.util.List;

/** The endpoints about other clusters and leaf nodes, of a server that has none. */
final class Topology {
    private final Snapshots snapshots;

    Topology(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    Reply gatewayz(Query query) throws BadQueryException, InterruptedException {
        SubscriptionFields.wanted(query);
        query.flag("accs");
        ServerInfo info = snapshots.server().info();
        return JsonOut.object(
                out ->
                        out.field("server_id", info.serverId())
                                .field("now", Instant.now())
                                .empty("outbound_gateways")
                                .empty("inbound_gateways"));
    }

    Reply leafz(Query query) throws BadQueryException, InterruptedException {
        query.flag("subs");
        ServerInfo info = snapshots.server().info();
        return JsonOut.object(
                out ->
                        out.field("server_id", info.serverId())
                                .field("now", Instant.now())
                                .field("leafnodes", 0)
                                .texts("leafs", List.of()));
    }
}
