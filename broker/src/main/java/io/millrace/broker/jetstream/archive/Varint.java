package io.millrace.broker.jetstream.archive;

/**
 * Numbers as Go's {@code encoding/binary} writes them: seven bits a byte, the lowest first, the
 * eighth one set but in the last byte; those with a sign zigzag.
 */
final class Varint {
    /** The most bytes of one. */
    static final int MAX_BYTES = 10;

    private static final int BITS = 7;
    private static final int MORE = 0x80;

    private long value;
    private int shift;

    /** What {@link #read} found. */
    enum Found {
        WHOLE,
        PART,
        /** It doesn't fit into 64 bits. */
        TOO_LONG
    }

    /** Begins another number. */
    void clear() {
        value = 0;
        shift = 0;
    }

    /** Takes the next byte. */
    Found read(byte b) {
        if (shift == (MAX_BYTES - 1) * BITS && (b & 0xFF) > 1) {
            return Found.TOO_LONG;
        }
        value |= (b & 0x7FL) << shift;
        shift += BITS;
        return b < 0 ? Found.PART : Found.WHOLE;
    }

    /** What it says without a sign; negative from 2^63 on. */
    long unsigned() {
        return value;
    }

    /** What it says with a sign. */
    long signed() {
        return value >>> 1 ^ -(value & 1);
    }

    /** Writes one without a sign; where the next may stand. */
    static int write(byte[] to, int at, long unsigned) {
        int next = at;
        long left = unsigned;
        for (; (left & -MORE) != 0; left >>>= BITS) {
            to[next] = (byte) (left | MORE);
            next++;
        }
        to[next] = (byte) left;
        return next + 1;
    }

    /** Writes one with a sign. */
    static int writeSigned(byte[] to, int at, long signed) {
        return write(to, at, signed << 1 ^ signed >> Long.SIZE - 1);
    }
}
