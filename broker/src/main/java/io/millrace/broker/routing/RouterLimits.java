package io.millrace.broker.routing;

/**
 * The limits that the router holds clients to.
 *
 * @param maxConnections clients at once; -1 for no limit
 * @param maxSubscriptions subscriptions of one client; 0 for no limit
 * @param maxSubscriptionTokens tokens of a subscription's subject; 0 for no limit
 * @param maxPendingBytes bytes that may wait for one client
 * @param maxPingsOut unanswered PINGs before a client is stale
 * @param stallProducers whether producers are stalled by consumers that are nearly too slow; if
 *     not, those consumers lose messages
 * @param maxSubscriptionBytes memory that all subscriptions together may take up, as {@link
 *     Subscription#bytes} reckons it
 * @param maxClosedClients clients that are remembered when they have ended
 */
public record RouterLimits(
        int maxConnections,
        int maxSubscriptions,
        int maxSubscriptionTokens,
        long maxPendingBytes,
        int maxPingsOut,
        boolean stallProducers,
        long maxSubscriptionBytes,
        int maxClosedClients) {

    /** Bytes that wait for a consumer that is nearly too slow. */
    long nearlyFullBytes() {
        return maxPendingBytes / 4 * 3;
    }

    /** Bytes with which a consumer that was slow isn't any more. */
    long caughtUpBytes() {
        return maxPendingBytes / 2;
    }
}
