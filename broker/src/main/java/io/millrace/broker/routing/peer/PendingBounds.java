package io.millrace.broker.routing.peer;

/** How much may wait for a peer of each kind. */
public record PendingBounds(PendingBound clients, PendingBound routes) {
    private static final PendingBound SERVICES = new PendingBound(8 * 1024 * 1024);

    public PendingBound of(Peer peer) {
        if (peer.kind.isSpared()) {
            return SERVICES;
        }
        return peer.kind.isServer() ? routes : clients;
    }
}
