package io.millrace.broker.routing;

/** How much may wait for a peer of each kind. */
record PendingBounds(PendingBound clients, PendingBound routes) {
    private static final PendingBound SERVICES = new PendingBound(8 * 1024 * 1024);

    PendingBound of(Peer peer) {
        if (peer.kind.isSpared()) {
            return SERVICES;
        }
        return peer.kind.isServer() ? routes : clients;
    }
}
