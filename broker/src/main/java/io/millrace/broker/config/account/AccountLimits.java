package io.millrace.broker.config.account;

/**
 * What bounds an account on one server, beside what bounds the server as a whole.
 *
 * @param maxConnections clients; negative for no bound
 * @param maxSubscriptions of all its clients together; negative for no bound
 * @param maxPayloadBytes of a message, headers included; negative for no bound
 * @param maxLeafNodes leaf nodes; negative for no bound
 */
public record AccountLimits(
        int maxConnections, int maxSubscriptions, int maxPayloadBytes, int maxLeafNodes) {
    public static final AccountLimits NONE = new AccountLimits(-1, -1, -1, -1);
}
