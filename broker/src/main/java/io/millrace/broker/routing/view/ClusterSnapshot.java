package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;

/**
 * How a server is connected to the others of its cluster at some moment; all 0 where there is none.
 *
 * @param routes connections to other servers
 * @param remotes servers they lead to
 * @param traffic what has crossed routes, those that are gone included; part of the server's
 * @param slowConsumers routes that were too slow, each time counted once however often the server's
 *     number grew by it
 * @param staleConnections routes that answered no more; part of the server's
 */
public record ClusterSnapshot(
        int routes,
        int remotes,
        TrafficSnapshot traffic,
        long slowConsumers,
        long staleConnections) {}
