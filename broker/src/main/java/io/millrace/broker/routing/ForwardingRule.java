package io.millrace.broker.routing;

import io.millrace.broker.routing.peer.PeerKind;

/**
 * What goes from where to where: the only place that says so, and that knows kinds of peers.
 *
 * <pre>
 *   from \ to   client   route    spoke    hub      gateway   service
 *   client      ALL      ALL      ALL      ALL      ALL       ALL
 *   service     ALL      ALL      ALL      ALL      ALL       ALL
 *   route       NAMED    NONE     NAMED    NONE     NONE      NAMED
 *   spoke       NAMED    NAMED    NAMED    NAMED    NAMED     NAMED
 *   hub         NAMED    NONE     NAMED    NAMED    NAMED     NAMED
 *   gateway     NAMED    NAMED    NAMED    NAMED    NONE      NAMED
 * </pre>
 *
 * <p>A spoke is a leaf node of this server; a hub is a server whose leaf node this one is. Nothing
 * goes back to where it has come from, be it by another connection of the same leaf node's cluster.
 * What a route or a hub sends goes to no route, since every server of a cluster sends to all the
 * others itself, and has hubs and gateways of its own; but what is for a queue group that has no
 * member left here goes to a server that has one, and there to that group only.
 */
enum ForwardingRule {
    /** Whoever wants it gets it; of each queue group one member. */
    ALL,
    /** The same, but only of the queue groups that the message names. */
    NAMED,
    /** Nobody gets it, but for members of named queue groups that have lost theirs. */
    NONE;

    private static final int CLIENT = PeerKind.CLIENT.bit();
    private static final int ROUTE = PeerKind.ROUTE.bit();
    private static final int SERVICE = PeerKind.SERVICE.bit();
    private static final int SPOKE = PeerKind.SPOKE.bit();
    private static final int HUB = PeerKind.HUB.bit();
    private static final int GATEWAY = PeerKind.GATEWAY.bit();
    private static final int HERE = CLIENT | SERVICE;

    /** Where what a client publishes goes. */
    static final int EVERYWHERE = HERE | ROUTE | SPOKE | HUB | GATEWAY;

    // In the order of the kinds.
    private static final int[] REACHES = {
        EVERYWHERE,
        HERE | SPOKE,
        EVERYWHERE,
        HERE | ROUTE | SPOKE | HUB | GATEWAY,
        HERE | SPOKE | HUB | GATEWAY,
        HERE | ROUTE | SPOKE | HUB
    };

    /** What holds for a message from one kind of peer to another. */
    static ForwardingRule of(PeerKind source, PeerKind target) {
        if ((reaches(source) & target.bit()) == 0) {
            return NONE;
        }
        return namesQueues(source) ? NAMED : ALL;
    }

    /** The kinds of peers that a message from there goes to, as {@link PeerKind#bit bits}. */
    static int reaches(PeerKind source) {
        return REACHES[source.ordinal()];
    }

    /** Whether a message from there is only for the queue groups that it names. */
    static boolean namesQueues(PeerKind source) {
        return isForeign(source);
    }

    /** Whether a message from there goes to the servers of the cluster that want it. */
    static boolean reachesServers(PeerKind source) {
        return (reaches(source) & ROUTE) != 0;
    }

    /** Whether it is another server that has sent something on, which somebody else has said. */
    static boolean isForeign(PeerKind source) {
        return source.isServer();
    }

    /** Whether mappings hold for a message from there, as they haven't before. */
    static boolean isMapped(PeerKind source) {
        return !source.isServer() || source.isLeaf();
    }

    /** Whether a message from there has been in the other accounts it concerns already. */
    static boolean hasCrossed(PeerKind source) {
        return source == PeerKind.ROUTE || source == PeerKind.GATEWAY;
    }

    /** Whether somebody is held back when others can't take in what it sends. */
    static boolean isStalled(PeerKind source) {
        return source == PeerKind.CLIENT;
    }
}
