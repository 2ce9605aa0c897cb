package io.millrace.broker.routing.crossing;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The token of the subject that an answer from another account is published to: where the request
 * is remembered, and a number that nobody can guess.
 *
 * <p>More tokens may follow, which say nothing here.
 *
 * <pre>
 *   0  place    5 digits, 6 bits each, the lowest first
 *   5  secret  11 digits
 * </pre>
 */
final class ReplyToken {
    static final int BYTES = 16;
    static final int NONE = -1;

    private static final int PLACE_DIGITS = 5;
    private static final int SECRET_DIGITS = 11;
    private static final int BITS = 6;
    private static final int MASK = (1 << BITS) - 1;

    /** Places are below this one. */
    static final int MAX_PLACES = 1 << PLACE_DIGITS * BITS - 1;

    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] VALUES = values();

    private ReplyToken() {}

    private static byte[] values() {
        byte[] values = new byte[Byte.MAX_VALUE + 1];
        Arrays.fill(values, (byte) NONE);
        for (int i = 0; i < DIGITS.length; i++) {
            values[DIGITS[i]] = (byte) i;
        }
        return values;
    }

    static void write(Region to, int offset, int place, long secret) {
        int at = offset;
        int rest = place;
        for (int i = 0; i < PLACE_DIGITS; i++) {
            to.putByte(at++, DIGITS[rest & MASK]);
            rest >>>= BITS;
        }
        long left = secret;
        for (int i = 0; i < SECRET_DIGITS; i++) {
            to.putByte(at++, DIGITS[(int) left & MASK]);
            left >>>= BITS;
        }
    }

    /** The place that a token names; {@link #NONE} if it is no token. */
    static int place(Region bytes, int offset, int length) {
        if (length < BYTES || length > BYTES && bytes.getByte(offset + BYTES) != '.') {
            return NONE;
        }
        int place = 0;
        for (int i = 0; i < PLACE_DIGITS; i++) {
            int value = value(bytes, offset + i);
            if (value < 0) {
                return NONE;
            }
            place |= value << BITS * i;
        }
        return place;
    }

    /** Whether a token has the secret. */
    static boolean hasSecret(Region bytes, int offset, long secret) {
        long left = secret;
        boolean same = true;
        for (int i = PLACE_DIGITS; i < BYTES; i++) {
            same &= bytes.getByte(offset + i) == DIGITS[(int) left & MASK];
            left >>>= BITS;
        }
        return same;
    }

    private static int value(Region bytes, int at) {
        byte digit = bytes.getByte(at);
        return digit < 0 ? NONE : VALUES[digit];
    }
}
