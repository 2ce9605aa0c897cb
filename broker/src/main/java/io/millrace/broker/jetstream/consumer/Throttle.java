package io.millrace.broker.jetstream.consumer;

/**
 * How fast a consumer may deliver: a bucket that fills by so many bytes a second, up to one message
 * of the largest size, and that may be in debt for one. Shard thread.
 */
final class Throttle {
    private static final double NS = 1e9;

    private final long bitsPerSecond;
    private final double bytesPerSecond;
    private final double burst;
    private double filled;
    private long countedNs;

    /**
     * Makes one that is full.
     *
     * @param bitsPerSecond above 0
     * @param burst bytes that may go at once after a while
     */
    Throttle(long bitsPerSecond, long burst, long nowNs) {
        this.bitsPerSecond = bitsPerSecond;
        bytesPerSecond = Math.max(1, bitsPerSecond / Byte.SIZE);
        this.burst = burst;
        filled = burst;
        countedNs = nowNs;
    }

    long bitsPerSecond() {
        return bitsPerSecond;
    }

    /** When the next message may go, since the epoch; now or before if it may at once. */
    long freeNs(long nowNs) {
        fill(nowNs);
        return filled >= 0 ? nowNs : nowNs + (long) Math.ceil(-filled / bytesPerSecond * NS);
    }

    private void fill(long nowNs) {
        if (nowNs > countedNs) {
            filled = Math.min(burst, filled + (nowNs - countedNs) / NS * bytesPerSecond);
            countedNs = nowNs;
        }
    }

    /** So many bytes went. */
    void take(long bytes, long nowNs) {
        fill(nowNs);
        filled -= bytes;
    }
}
