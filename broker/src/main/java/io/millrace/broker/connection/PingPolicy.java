package io.millrace.broker.connection;

/**
 * When a kind of connection is asked for a sign of life; as the reference does it.
 *
 * @param firstNs about when the first PING comes
 * @param sparing whether only those are asked that have not been heard for a while
 */
record PingPolicy(long firstNs, boolean sparing) {
    static final PingPolicy CLIENT = new PingPolicy(2_000_000_000L, true);
    static final PingPolicy ROUTE = new PingPolicy(1_000_000_000L, false);
}
