package io.millrace.broker.monitor;

import io.millrace.protocol.ServerInfo;

import java.time.Instant;
import java.util.List;

/** The endpoints about other servers, of a server that is alone. */
final class Topology {
    private final Snapshots snapshots;

    Topology(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    Reply routez(Query query) throws BadQueryException, InterruptedException {
        SubscriptionFields.wanted(query);
        ServerInfo info = snapshots.server().info();
        return JsonOut.object(
                out ->
                        out.field("server_id", info.serverId())
                                .field("server_name", info.serverName())
                                .field("now", Instant.now())
                                .field("num_routes", 0)
                                .texts("routes", List.of()));
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
