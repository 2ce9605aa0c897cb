package io.millrace.broker.monitor;

import io.millrace.protocol.ServerInfo;

import java.time.Instant;
import java.util.List;

/** What is told about other clusters and leaf nodes, of a server that has none. */
final class Topology {
    private final Snapshots snapshots;

    Topology(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    JsonOut.Fields gatewayz() throws InterruptedException {
        ServerInfo info = snapshots.server().info();
        return out ->
                out.field("server_id", info.serverId())
                        .field("now", Instant.now())
                        .empty("outbound_gateways")
                        .empty("inbound_gateways");
    }

    JsonOut.Fields leafz() throws InterruptedException {
        ServerInfo info = snapshots.server().info();
        return out ->
                out.field("server_id", info.serverId())
                        .field("now", Instant.now())
                        .field("leafnodes", 0)
                        .texts("leafs", List.of());
    }
}
