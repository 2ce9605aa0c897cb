package io.millrace.broker.store.index;

import io.millrace.protocol.Region;

/** Which entries of a chunk are live: a bit for each, in words. */
final class LiveBits {
    private LiveBits() {}

    static int words(int entries) {
        return entries + Long.SIZE - 1 >>> 6;
    }

    static boolean has(Region bits, int at, int index) {
        return (word(bits, at, index >>> 6) >>> index & 1) != 0;
    }

    static void set(Region bits, int at, int index) {
        int place = at + (index >>> 6) * Long.BYTES;
        bits.putLong(place, bits.getLong(place) | 1L << index);
    }

    static void clear(Region bits, int at, int index) {
        int place = at + (index >>> 6) * Long.BYTES;
        bits.putLong(place, bits.getLong(place) & ~(1L << index));
    }

    /** The first from here on; -1 if there is none. */
    static int next(Region bits, int at, int entries, int from) {
        if (from >= entries) {
            return -1;
        }
        int words = words(entries);
        int word = from >>> 6;
        long left = word(bits, at, word) & -1L << from;
        while (left == 0) {
            word++;
            if (word == words) {
                return -1;
            }
            left = word(bits, at, word);
        }
        return word * Long.SIZE + Long.numberOfTrailingZeros(left);
    }

    /** The last up to here; -1 if there is none. */
    static int previous(Region bits, int at, int from) {
        if (from < 0) {
            return -1;
        }
        int word = from >>> 6;
        long left = word(bits, at, word) & -1L >>> Long.SIZE - 1 - (from & 63);
        while (left == 0) {
            word--;
            if (word < 0) {
                return -1;
            }
            left = word(bits, at, word);
        }
        return word * Long.SIZE + Long.SIZE - 1 - Long.numberOfLeadingZeros(left);
    }

    /** The first from here on that isn't live; {@code entries} if there is none. */
    static int nextDead(Region bits, int at, int entries, int from) {
        int index = from;
        while (index < entries) {
            long dead = ~word(bits, at, index >>> 6) & -1L << index;
            if (dead != 0) {
                return Math.min(entries, (index & -Long.SIZE) + Long.numberOfTrailingZeros(dead));
            }
            index = (index & -Long.SIZE) + Long.SIZE;
        }
        return entries;
    }

    private static long word(Region bits, int at, int word) {
        return bits.getLong(at + word * Long.BYTES);
    }
}
