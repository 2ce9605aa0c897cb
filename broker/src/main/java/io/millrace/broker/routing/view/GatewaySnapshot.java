package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.Moment;

import java.time.Instant;

/**
 * A gateway at some moment.
 *
 * @param outbound whether this server has dialed, and sends messages over it
 * @param remoteName the name of the server it leads to
 * @param lastActivity when it last carried a message or a change of interest
 * @param rttNs the round trip of its last answer to a PING; 0 while there was none
 * @param pendingBytes bytes that wait for it
 * @param traffic what came over it, and what was sent
 * @param subscriptions what the other server has told over it
 */
public record GatewaySnapshot(
        long gid,
        boolean outbound,
        String remoteName,
        GatewayFacts facts,
        String ip,
        int port,
        Instant started,
        Instant lastActivity,
        long rttNs,
        long pendingBytes,
        TrafficSnapshot traffic,
        int subscriptions) {

    /**
     * Takes one. Routing thread.
     *
     * @param now this moment, by both clocks
     */
    public static GatewaySnapshot of(
            Gateway gateway, GatewayFacts facts, int subscriptions, Moment now) {
        return new GatewaySnapshot(
                gateway.peer.id,
                gateway.outbound,
                gateway.peer.name,
                facts,
                gateway.peer.ip,
                gateway.peer.port,
                gateway.peer.started,
                now.wallTimeOf(gateway.peer.lastNs),
                gateway.peer.rttNs,
                gateway.peer.outbound.pendingBytes(),
                new TrafficSnapshot(
                        gateway.peer.inMessages,
                        gateway.peer.inBytes,
                        gateway.peer.outMessages,
                        gateway.peer.outBytes),
                subscriptions);
    }
}
