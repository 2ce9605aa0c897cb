package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.match.SublistStats;
import io.millrace.protocol.ServerInfo;

/**
 * The server as a whole at some moment.
 *
 * @param info what clients are told
 * @param totalConnections connections ever accepted
 * @param slowConsumers how often a connection was too slow
 * @param slowClients how often a client was
 * @param stalls how often a producer was held back
 * @param cluster its part in traffic and faults, too, is in the numbers before
 * @param accounts those there are, with clients or without
 * @param inhabitedAccounts those that have clients
 */
public record ServerSnapshot(
        ServerInfo info,
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
        int accounts,
        int inhabitedAccounts) {}
