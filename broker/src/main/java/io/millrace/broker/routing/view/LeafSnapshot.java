package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafFacts;

/**
 * A leaf node connection at some moment.
 *
 * @param rttNs the round trip of its last answer to a PING; 0 while there was none
 * @param traffic what came over it, and what was sent
 * @param subscriptions what the other side has told over it
 */
public record LeafSnapshot(
        long id,
        LeafFacts facts,
        String ip,
        int port,
        long rttNs,
        TrafficSnapshot traffic,
        int subscriptions) {

    /** Takes one. Routing thread. */
    public static LeafSnapshot of(Leaf leaf, LeafFacts facts, int subscriptions) {
        return new LeafSnapshot(
                leaf.peer.id,
                facts,
                leaf.peer.ip,
                leaf.peer.port,
                leaf.peer.rttNs,
                new TrafficSnapshot(
                        leaf.peer.inMessages,
                        leaf.peer.inBytes,
                        leaf.peer.outMessages,
                        leaf.peer.outBytes),
                subscriptions);
    }
}
