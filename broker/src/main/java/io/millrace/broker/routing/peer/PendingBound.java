package io.millrace.broker.routing.peer;

/**
 * How much may wait for a peer.
 *
 * @param maxBytes with more, it is closed
 */
public record PendingBound(long maxBytes) {
    /** With more, it is nearly too slow, and whoever sends to it is stalled. */
    public long nearlyFullBytes() {
        return maxBytes / 4 * 3;
    }

    /** With no more, one that was slow isn't any more. */
    public long caughtUpBytes() {
        return maxBytes / 2;
    }
}
