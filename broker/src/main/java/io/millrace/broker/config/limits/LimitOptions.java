package io.millrace.broker.config.limits;

/**
 * What clients may use.
 *
 * @param maxConnections client connections at once; -1 for no limit
 * @param maxSubscriptions subscriptions of one connection; 0 for no limit
 * @param maxSubscriptionTokens tokens in a subscription's subject, 1..255; 0 for no limit
 * @param maxControlLineBytes longest line before the payload
 * @param maxPayloadBytes largest payload, headers included
 * @param maxPendingBytes bytes that may wait for one client before it is a slow consumer
 * @param maxMemoryBytes memory the whole process may take; 0 for what the container or the machine
 *     has
 * @param headers whether messages may have headers; without, clients can't send any and get none
 */
public record LimitOptions(
        int maxConnections,
        int maxSubscriptions,
        int maxSubscriptionTokens,
        int maxControlLineBytes,
        int maxPayloadBytes,
        long maxPendingBytes,
        long maxMemoryBytes,
        boolean headers) {

    /** These limits, with or without headers. */
    LimitOptions withHeaders(boolean value) {
        return new LimitOptions(
                maxConnections,
                maxSubscriptions,
                maxSubscriptionTokens,
                maxControlLineBytes,
                maxPayloadBytes,
                maxPendingBytes,
                maxMemoryBytes,
                value);
    }
}
