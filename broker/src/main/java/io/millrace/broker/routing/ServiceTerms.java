package io.millrace.broker.routing;

import io.millrace.broker.routing.peer.PendingBound;

import java.time.Duration;

/**
 * How the router treats a service.
 *
 * @param inboxBytes how much may wait for it. Above three quarters of that, clients that publish
 *     what it wants are held back; what comes on top of it is refused: the service gets its subject
 *     and reply only, so that it can say so.
 * @param longestStall for how long a client is held back at a time; then some of what it sends is
 *     let through, and it may be held back again. Zero for not at all.
 * @param echo whether it gets what it publishes itself
 * @param mostRequests that may wait for it where all accounts may ask; what comes on top of that is
 *     refused, too
 */
public record ServiceTerms(
        long inboxBytes, Duration longestStall, boolean echo, long mostRequests) {
    /** Of a service that is asked now and then. */
    public static final ServiceTerms MODEST =
            new ServiceTerms(8 * 1024 * 1024, Duration.ZERO, false);

    /** The bytes alone bound what waits. */
    public ServiceTerms(long inboxBytes, Duration longestStall, boolean echo) {
        this(inboxBytes, longestStall, echo, Long.MAX_VALUE);
    }

    /** Room for refusals, as a part of the inbox. */
    private static final int REFUSALS = 8;

    /** What an account may fill of the inbox where all may ask, as a part of it. */
    private static final int SHARES = 128;

    PendingBound bound() {
        return new PendingBound(inboxBytes, longestStall.toNanos());
    }

    /** What may wait for it of one account where all may ask; as much again may be refusals. */
    int shareBytes() {
        return (int) Math.min(Integer.MAX_VALUE, inboxBytes / SHARES);
    }

    /** How much may wait for it with what is refused. */
    long bytesWithRefusals() {
        return inboxBytes + inboxBytes / REFUSALS;
    }
}
