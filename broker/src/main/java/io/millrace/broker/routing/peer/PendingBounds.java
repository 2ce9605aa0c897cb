package io.millrace.broker.routing.peer;

/** How much may wait for a peer of each kind. */
public record PendingBounds(PendingBound clients, PendingBound routes) {
    private static final PendingBound SERVICES = new PendingBound(8 * 1024 * 1024);

    public PendingBound of(Peer peer) {
        // Each delivery asks, and nearly all are for clients.
        return peer.kind == PeerKind.CLIENT ? clients : ofOther(peer.kind);
    }

    private PendingBound ofOther(PeerKind kind) {
        return kind.isSpared() ? SERVICES : routes;
    }
}
