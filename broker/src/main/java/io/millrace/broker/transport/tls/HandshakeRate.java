package io.millrace.broker.transport.tls;

import java.util.concurrent.TimeUnit;

/**
 * Lets through so many handshakes in a second, of all connections of a server, as the reference's
 * {@code connection_rate_limit} does. Shared by the I/O loops: a handshake costs so much that one
 * lock doesn't show.
 */
final class HandshakeRate {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final long limit;
    private long begunNs;
    private long count;
    private long refused;

    /** Makes it; {@code limit} is 0 for no limit. */
    HandshakeRate(long limit, long nowNs) {
        this.limit = limit;
        this.begunNs = nowNs;
    }

    /** Whether one more may begin. */
    synchronized boolean allow(long nowNs) {
        if (limit == 0) {
            return true;
        }
        if (nowNs - begunNs > SECOND_NS) {
            begunNs = nowNs;
            count = 0;
        }
        if (count == limit) {
            refused++;
            return false;
        }
        count++;
        return true;
    }

    /** How many were refused since the last call. */
    synchronized long takeRefused() {
        long taken = refused;
        refused = 0;
        return taken;
    }
}
