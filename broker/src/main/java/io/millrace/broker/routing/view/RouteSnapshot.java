package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouteFacts;

import java.time.Instant;

/**
 * A route at some moment.
 *
 * @param lastActivity when it last carried a message or a change of interest
 * @param rttNs the round trip of its last answer to a PING; 0 while there was none
 * @param pendingBytes bytes that wait for it
 * @param traffic what came over it, and what was sent
 * @param subscriptions what the other server has told over it
 * @param account the only account it carries; empty for one of the pool
 */
public record RouteSnapshot(
        long rid,
        String remoteName,
        RouteFacts facts,
        String ip,
        int port,
        Instant started,
        Instant lastActivity,
        long rttNs,
        long pendingBytes,
        TrafficSnapshot traffic,
        int subscriptions,
        String account) {

    /**
     * Takes one. Routing thread.
     *
     * @param now this moment, by both clocks
     */
    public static RouteSnapshot of(Route route, RouteFacts facts, Moment now) {
        return new RouteSnapshot(
                route.peer.id,
                route.peer.name,
                facts,
                route.peer.ip,
                route.peer.port,
                route.peer.started,
                now.wallTimeOf(route.peer.lastNs),
                route.peer.rttNs,
                route.peer.outbound.pendingBytes(),
                new TrafficSnapshot(
                        route.peer.inMessages,
                        route.peer.inBytes,
                        route.peer.outMessages,
                        route.peer.outBytes),
                route.interest().size(),
                route.peer.accountName);
    }
}
