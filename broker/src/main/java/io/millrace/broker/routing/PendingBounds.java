package io.millrace.broker.routing;

/** How much may wait for a peer of each kind. */
record PendingBounds(PendingBound clients, PendingBound routes) {
    PendingBound of(Peer peer) {
        return peer.kind.isServer() ? routes : clients;
    }
}
