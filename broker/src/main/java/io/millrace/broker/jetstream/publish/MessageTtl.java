package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.Decimal;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** How long a message lives, as its header says. */
public final class MessageTtl {
    /** No value. */
    public static final long NONE = 0;

    /** It never expires, not even by the stream's age limit. */
    public static final long NEVER = -1;

    /** The value isn't one. */
    public static final long INVALID = Long.MIN_VALUE;

    private static final byte[] NEVER_TEXT = "never".getBytes(StandardCharsets.US_ASCII);
    private static final long SECOND_NS = 1_000_000_000;

    private MessageTtl() {}

    /**
     * Parses a value: {@code never} in any case, a duration as Go writes it, of a second at least
     * (parts of one are dropped), or a number of seconds. The reference's reading, down to {@code
     * 0} being invalid and {@code 00} being none.
     *
     * @param length 0 if there is none
     * @return seconds, from 1, or {@link #NONE}, {@link #NEVER}, {@link #INVALID}
     */
    public static long parse(Region region, int offset, int length) {
        if (length == 0) {
            return NONE;
        }
        if (equalIgnoringCase(region, offset, length, NEVER_TEXT)) {
            return NEVER;
        }
        long duration = GoDuration.parse(region, offset, length);
        if (duration != GoDuration.INVALID) {
            return duration < SECOND_NS ? INVALID : seconds(duration);
        }
        long number = Decimal.parse(region, offset, length);
        return number == PublishHeaders.NO_NUMBER ? INVALID : number;
    }

    /** By way of a floating-point number, as the reference does it. */
    private static long seconds(long duration) {
        return (long) ((double) (duration / SECOND_NS) + (double) (duration % SECOND_NS) / 1e9);
    }

    /**
     * When a message expires.
     *
     * @param timeNs when it was stored, since the epoch
     * @param ttl seconds, from 1
     * @return the time in nanoseconds since the epoch; {@link Long#MAX_VALUE} if it is later
     */
    public static long expiryNs(long timeNs, long ttl) {
        if (ttl > Long.MAX_VALUE / SECOND_NS) {
            return Long.MAX_VALUE;
        }
        long expiryNs = timeNs + ttl * SECOND_NS;
        return timeNs > 0 && expiryNs < 0 ? Long.MAX_VALUE : expiryNs;
    }

    static boolean equalIgnoringCase(Region region, int offset, int length, byte[] lower) {
        if (length != lower.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte each = region.getByte(offset + i);
            if (each != lower[i] && (each < 'A' || each > 'Z' || each + ('a' - 'A') != lower[i])) {
                return false;
            }
        }
        return true;
    }
}
