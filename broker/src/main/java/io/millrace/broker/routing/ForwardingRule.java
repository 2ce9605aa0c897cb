package io.millrace.broker.routing;

import io.millrace.broker.routing.peer.PeerKind;

/**
 * What goes from where to where: the only place that says so, and that knows kinds of peers.
 *
 * <pre>
 *   from \ to   client            route                                            service
 *   client      all that match    all that match                                   as clients
 *   route       all that match,   none, since every server sends to all the        as clients
 *               of queue groups   others itself; but what is for a queue group
 *               those it names    that has no member left here goes to a server
 *                                 that has one, and there to that group only
 *   service     all that match    all that match                                   as clients
 * </pre>
 */
enum ForwardingRule {
    /** Whoever wants it gets it; of each queue group one member. */
    ALL,
    /** The same, but only of the queue groups that the message names. */
    NAMED,
    /** Nobody gets it, but for members of named queue groups that have lost theirs. */
    NONE;

    // To a                                               client  route  service
    private static final ForwardingRule[] FROM_CLIENT = {ALL, ALL, ALL};
    private static final ForwardingRule[] FROM_ROUTE = {NAMED, NONE, NAMED};
    private static final ForwardingRule[] FROM_SERVICE = {ALL, ALL, ALL};

    private static final ForwardingRule[][] RULES = {FROM_CLIENT, FROM_ROUTE, FROM_SERVICE};

    /** What holds for a message from one kind of peer to another. */
    static ForwardingRule of(PeerKind source, PeerKind target) {
        return RULES[source.ordinal()][target.ordinal()];
    }

    /** Whether a message from there is only for the queue groups that it names. */
    static boolean namesQueues(PeerKind source) {
        return of(source, PeerKind.CLIENT) == NAMED;
    }

    /** Whether a message from there goes to the servers that want it. */
    static boolean reachesServers(PeerKind source) {
        return of(source, PeerKind.ROUTE) == ALL;
    }

    /** Whether it is another server that has sent something on, which somebody else has said. */
    static boolean isForeign(PeerKind source) {
        return source == PeerKind.ROUTE;
    }

    /** Whether somebody is held back when others can't take in what it sends. */
    static boolean isStalled(PeerKind source) {
        return source == PeerKind.CLIENT;
    }
}
