package io.millrace.broker.routing.peer;

/** How much may wait for a peer of each kind. */
public record PendingBounds(PendingBound clients, PendingBound routes) {
    public PendingBound of(Peer peer) {
        // Each delivery asks, and nearly all are for clients.
        return peer.kind == PeerKind.CLIENT ? clients : ofOther(peer);
    }

    private PendingBound ofOther(Peer peer) {
        PendingBound own = peer.ownBound;
        return own == null ? routes : own;
    }
}
