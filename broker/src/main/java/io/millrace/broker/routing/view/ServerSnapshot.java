package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.match.SublistStats;
import io.millrace.protocol.ServerInfo;

import java.util.List;

/**
 * The server as a whole at some moment.
 *
 * @param info what clients are told
 * @param webSocketUrls other addresses that clients are told which come by WebSocket
 * @param totalConnections connections ever accepted
 * @param slowConsumers how often a connection was too slow
 * @param slowClients how often a client was
 * @param stalls how often a producer was held back
 * @param cluster its part in traffic and faults, too, is in the numbers before
 * @param gateways theirs
 * @param leafs that of connections of leaf nodes, on either side
 * @param leafNodes connections of leaf nodes that messages cross
 * @param accounts those there are, with clients or without
 * @param inhabitedAccounts those that have clients
 */
public record ServerSnapshot(
        ServerInfo info,
        List<String> webSocketUrls,
        int connections,
        int closedConnections,
        long totalConnections,
        TrafficSnapshot traffic,
        long slowConsumers,
        long slowClients,
        long staleConnections,
        long stalls,
        SublistStats sublist,
        ClusterSnapshot cluster,
        KindSnapshot gateways,
        KindSnapshot leafs,
        int leafNodes,
        int accounts,
        int inhabitedAccounts) {
    /** What has come from clients and gone to them, and not to other servers. */
    public TrafficSnapshot clientTraffic() {
        return traffic.minus(cluster.traffic()).minus(gateways.traffic()).minus(leafs.traffic());
    }

    /** How often a connection was too slow. */
    public ByKind slowByKind() {
        return new ByKind(
                slowClients,
                cluster.slowConsumers(),
                gateways.slowConsumers(),
                leafs.slowConsumers());
    }

    /** How many connections gave no sign of life. */
    public ByKind staleByKind() {
        long routes = cluster.staleConnections();
        long others = gateways.staleConnections();
        long nodes = leafs.staleConnections();
        return new ByKind(staleConnections - routes - others - nodes, routes, others, nodes);
    }
}
