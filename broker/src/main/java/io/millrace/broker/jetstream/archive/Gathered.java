package io.millrace.broker.jetstream.archive;

import java.util.Arrays;

/** Bytes of something that comes in pieces, as far as they have come. */
final class Gathered {
    private static final int SMALLEST_BYTES = 512;

    /** What is kept from one thing to the next. */
    private static final int KEPT_BYTES = 256 * 1024;

    private byte[] bytes = {};
    private int length;

    /** Begins another thing. */
    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[0];
        }
    }

    /** Adds so much of a piece that there are {@code wanted} bytes; where the rest begins. */
    int fill(long wanted, byte[] piece, int from, int to) {
        int more = (int) Math.min(wanted - length, to - from);
        add(piece, from, more);
        return from + more;
    }

    void add(byte[] piece, int from, int count) {
        if (count > bytes.length - length) {
            int room = Math.max(SMALLEST_BYTES, Math.max(2 * bytes.length, length + count));
            bytes = Arrays.copyOf(bytes, room);
        }
        System.arraycopy(piece, from, bytes, length, count);
        length += count;
    }

    /** What is there, and maybe more behind it; until the next change. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    int heldBytes() {
        return bytes.length;
    }
}
