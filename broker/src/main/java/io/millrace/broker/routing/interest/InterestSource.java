package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.RemoteInterest;

/** Whose interest it is, as far as it matters for whom is told of it. */
enum InterestSource {
    /** Somebody's here: clients and services, answers to other accounts, imports of both. */
    HERE,
    /** What becomes something else here, be it another account's; only leaf nodes are told. */
    SHOWN,
    /** Of clients of other servers of the cluster. */
    ROUTE,
    /** Of leaf nodes of other servers of the cluster. */
    ROUTED_LEAF,
    /** Of leaf nodes of this server. */
    SPOKE,
    /** Of a server whose leaf node this one is. */
    HUB,
    /** Of other clusters. */
    GATEWAY;

    /** Whose some is. */
    static InterestSource of(Interest interest) {
        if (interest.isCrossing()) {
            return interest instanceof ReplyGate ? HERE : SHOWN;
        }
        if (!(interest instanceof RemoteInterest told) || told.through != null) {
            // Through an import it is asked for on behalf of whoever has it in another account.
            return HERE;
        }
        return told.peer.kind == PeerKind.ROUTE && told.leaf ? ROUTED_LEAF : of(told.peer.kind);
    }

    /** Whose that of a kind of peer is. */
    static InterestSource of(PeerKind kind) {
        return switch (kind) {
            case CLIENT, SERVICE -> HERE;
            case ROUTE -> ROUTE;
            case SPOKE -> SPOKE;
            case HUB -> HUB;
            case GATEWAY -> GATEWAY;
        };
    }

    /** The bit of a source in a set of them. */
    int bit() {
        return 1 << ordinal();
    }
}
