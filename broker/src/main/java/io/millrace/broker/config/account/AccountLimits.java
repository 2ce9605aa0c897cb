package io.millrace.broker.config.account;

/**
 * What bounds an account, beside what bounds the server as a whole.
 *
 * @param maxConnections clients, those of other servers included; negative for no bound
 * @param maxSubscriptions of each of its clients, as in the reference; negative for no bound
 * @param maxPayloadBytes of a message, headers included; negative for no bound
 * @param maxLeafNodes leaf nodes; negative for no bound
 */
public record AccountLimits(
        int maxConnections, int maxSubscriptions, int maxPayloadBytes, int maxLeafNodes) {
    public static final AccountLimits NONE = new AccountLimits(-1, -1, -1, -1);

    /** The largest payload of its clients on a server that lets any client send so much. */
    public int payloadBytes(int serverBytes) {
        return maxPayloadBytes < 0 ? serverBytes : Math.min(maxPayloadBytes, serverBytes);
    }

    /** Whether so many clients may be joined by another one. */
    public boolean allowAnother(long clients) {
        return maxConnections < 0 || clients < maxConnections;
    }

    /** Whether a client may have so many subscriptions. */
    public boolean allowSubscriptions(int count) {
        return maxSubscriptions < 0 || count <= maxSubscriptions;
    }
}
