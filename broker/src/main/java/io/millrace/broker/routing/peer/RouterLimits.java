package io.millrace.broker.routing.peer;

/**
 * The limits that the router holds clients to, and what follows from them for routes.
 *
 * @param maxConnections clients at once; -1 for no limit
 * @param maxSubscriptions subscriptions of one client; 0 for no limit
 * @param maxSubscriptionTokens tokens of a subscription's subject; 0 for no limit
 * @param maxPendingBytes bytes that may wait for one client
 * @param maxPingsOut unanswered PINGs before a client is stale
 * @param stallProducers whether producers are stalled by consumers that are nearly too slow; if
 *     not, those consumers lose messages
 * @param maxClosedClients clients that are remembered when they have ended
 */
public record RouterLimits(
        int maxConnections,
        int maxSubscriptions,
        int maxSubscriptionTokens,
        long maxPendingBytes,
        int maxPingsOut,
        boolean stallProducers,
        int maxClosedClients) {

    /**
     * Bytes that may wait for one route in any case. Clients are many, and their limit may be small
     * for that; a route is shared by all clients of a server, and would be closed over and over
     * with a limit of theirs. Routes of a server are few, so memory stays bounded. The reference
     * has no bound for routes at all, its write deadline alone ends them.
     */
    static final long ROUTE_PENDING_BYTES = 64L * 1024 * 1024;

    public PendingBounds pending() {
        return new PendingBounds(
                new PendingBound(maxPendingBytes),
                new PendingBound(Math.max(maxPendingBytes, ROUTE_PENDING_BYTES)));
    }
}
