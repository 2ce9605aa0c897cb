package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.match.GroupMembers;
import io.millrace.broker.routing.match.QueuePick;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.RemoteInterest;

import org.jspecify.annotations.Nullable;

/**
 * Which other servers a message may go to, by {@link ForwardingRule} and where it has come from.
 * One for a router, filled anew for each message that other servers want; routing thread.
 */
final class Reach {
    private static final int ROUTE = PeerKind.ROUTE.bit();
    private static final int GATEWAY = PeerKind.GATEWAY.bit();

    private int kinds;
    private @Nullable Peer source;
    private @Nullable Message message;
    private boolean comesFromHub;
    private boolean crossed;
    private boolean mayLeave;

    /** The cluster of the leaf node that it has come from; empty for none. */
    private String origin = "";

    /**
     * Becomes that of a message.
     *
     * @param permitted whether the message may leave for other servers of the cluster
     */
    void of(Peer from, Message sent, boolean permitted) {
        source = from;
        message = sent;
        comesFromHub = from.kind == PeerKind.HUB;
        crossed = sent.isCrossed();
        mayLeave = permitted;
        kinds = crossed ? ForwardingRule.EVERYWHERE : ForwardingRule.reaches(from.kind);
        if (!permitted) {
            kinds &= ~ROUTE;
        }
        if (!crossed && sent.isForAllQueues() && !from.kind.isLeaf()) {
            // An answer that has come straight here: nobody else has been given it.
            kinds |= permitted ? ROUTE | GATEWAY : GATEWAY;
        }
        origin = crossed ? "" : sent.leafCluster().name();
    }

    /** Whether the other servers of the cluster are among them. */
    boolean includesRoutes() {
        return (kinds & ROUTE) != 0;
    }

    /** Whether the message may leave for other servers of the cluster at all. */
    boolean mayLeave() {
        return mayLeave;
    }

    /** Whether one who wants it may get it. */
    boolean includes(RemoteInterest told) {
        Peer target = told.peer;
        if ((kinds & target.kind.bit()) == 0 || target == source && !crossed) {
            return false;
        }
        if (told.unwanted != null && message != null && told.unwanted.includes(message)) {
            return false;
        }
        if (told.through != null || crossed) {
            // Other hubs may be the same cluster, and both sides may import from each other.
            return !comesFromHub || target.kind != PeerKind.HUB;
        }
        return origin.isEmpty() || !origin.equals(told.origin);
    }

    /**
     * One beyond the cluster who has members of a queue group: a leaf node, by how many it has; if
     * there is none, the other cluster that answers soonest. Null if none may get it.
     */
    @Nullable RemoteInterest beyond(GroupMembers members, int count, QueuePick pick) {
        RemoteInterest nearest = null;
        int weight = 0;
        for (int i = 0; i < count; i++) {
            RemoteInterest told = RemoteInterest.of(members.far(i));
            if (told.peer.closing || !includes(told)) {
                continue;
            }
            if (told.leaf) {
                weight = Math.min(1 << 29, weight + told.weight);
            } else if (nearest == null || told.peer.rttNs < nearest.peer.rttNs) {
                nearest = told;
            }
        }
        if (weight == 0) {
            return nearest;
        }
        int picked = pick.next(weight);
        for (int i = 0; i < count; i++) {
            RemoteInterest told = RemoteInterest.of(members.far(i));
            if (told.leaf && !told.peer.closing && includes(told)) {
                picked -= Math.min(told.weight, 1 << 29);
                if (picked < 0) {
                    return told;
                }
            }
        }
        return null;
    }
}
