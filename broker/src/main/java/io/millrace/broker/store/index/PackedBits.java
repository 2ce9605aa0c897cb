package io.millrace.broker.store.index;

import io.millrace.protocol.Region;

/**
 * Numbers of equally many bits, one behind the other. Each is read by one load of 8 bytes, so there
 * must be 8 behind the last one. A width is 0 to 56, or 64.
 */
final class PackedBits {
    private static final int MOST_BESIDES_ALL = 56;

    private PackedBits() {}

    /** Bits for numbers up to this one, taken as one without a sign. */
    static int width(long most) {
        int width = Long.SIZE - Long.numberOfLeadingZeros(most);
        return width > MOST_BESIDES_ALL ? Long.SIZE : width;
    }

    static boolean isWidth(int width) {
        return width >= 0 && width <= MOST_BESIDES_ALL || width == Long.SIZE;
    }

    /** Bytes of so many numbers, rounded up to 8. */
    static int bytes(int count, int width) {
        return (count * width + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    static long get(Region from, int at, int index, int width) {
        if (width == 0) {
            return 0;
        }
        int bit = index * width;
        return from.getLong(at + (bit >>> 3)) >>> (bit & 7) & -1L >>> Long.SIZE - width;
    }

    /** Puts one where zeros are. */
    static void put(Region to, int at, int index, int width, long value) {
        if (width != 0) {
            int bit = index * width;
            int place = at + (bit >>> 3);
            to.putLong(place, to.getLong(place) | value << (bit & 7));
        }
    }
}
