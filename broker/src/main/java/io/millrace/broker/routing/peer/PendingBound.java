package io.millrace.broker.routing.peer;

/**
 * How much may wait for a peer.
 *
 * @param maxBytes with more, it is closed; one that is {@linkplain PeerKind#isSpared spared} gets
 *     nothing more
 * @param longestStallNs for how long whoever sends to it is stalled at a time
 */
public record PendingBound(long maxBytes, long longestStallNs) {
    /** As long as in the reference. */
    private static final long STALL_NS = 10_000_000;

    /** One for a peer that is stalled for as in the reference. */
    public PendingBound(long maxBytes) {
        this(maxBytes, STALL_NS);
    }

    /** With more, it is nearly too slow, and whoever sends to it is stalled. */
    public long nearlyFullBytes() {
        return maxBytes / 4 * 3;
    }

    /** With no more, one that was slow isn't any more. */
    public long caughtUpBytes() {
        return maxBytes / 2;
    }
}
