package io.millrace.broker.routing;

import io.millrace.broker.routing.peer.PendingBound;

import org.jspecify.annotations.Nullable;

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
 * @param keepsUnanswered whether it gets messages to one account in any case if they have no reply,
 *     so that nobody could be told of a refusal. Clients that publish such ones are held back until
 *     there is room, however long that takes; what comes nevertheless, from others or because it
 *     was under way, is kept beyond the inbox as long as the server has room.
 */
public record ServiceTerms(
        long inboxBytes,
        Duration longestStall,
        boolean echo,
        long mostRequests,
        boolean keepsUnanswered) {
    /** Of a service that is asked now and then. */
    public static final ServiceTerms MODEST =
            new ServiceTerms(8 * 1024 * 1024, Duration.ZERO, false);

    /** The bytes alone bound what waits. */
    public ServiceTerms(long inboxBytes, Duration longestStall, boolean echo) {
        this(inboxBytes, longestStall, echo, Long.MAX_VALUE);
    }

    /** What there is no room for may be lost where nobody awaits an answer. */
    public ServiceTerms(long inboxBytes, Duration longestStall, boolean echo, long mostRequests) {
        this(inboxBytes, longestStall, echo, mostRequests, false);
    }

    /** So long nobody is held back. */
    private static final Duration ENDLESS = Duration.ofDays(10_000);

    /** Room for refusals, as a part of the inbox. */
    private static final int REFUSALS = 8;

    /** What an account may fill of the inbox where all may ask, as a part of it. */
    private static final int SHARES = 128;

    PendingBound bound() {
        return new PendingBound(inboxBytes, longestStall.toNanos());
    }

    /** That of what has no reply; null if it may be lost. */
    @Nullable PendingBound unansweredBound() {
        return keepsUnanswered ? new PendingBound(inboxBytes, ENDLESS.toNanos()) : null;
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
