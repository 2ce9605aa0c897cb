package io.millrace.broker.store.block;

import io.millrace.broker.store.RecordLayout;
import io.millrace.protocol.Region;

import java.util.zip.CRC32C;

/** Puts checksums on what is kept, and checks them. Belongs to one thread. */
final class RecordSeal {
    /** Holds most records as a whole, so that they cost one call. */
    private static final int WINDOW_BYTES = 8 * 1024;

    private final CRC32C crc = new CRC32C();
    private final byte[] window = new byte[WINDOW_BYTES];

    /** The checksum of a range. */
    int of(long seed, Region region, int offset, int bytes) {
        crc.reset();
        int used = 0;
        for (; used < Long.BYTES; used++) {
            window[used] = (byte) (seed >>> used * Byte.SIZE);
        }
        int at = offset;
        int left = bytes;
        do {
            int more = Math.min(left, WINDOW_BYTES - used);
            region.get(at, window, used, more);
            crc.update(window, 0, used + more);
            used = 0;
            at += more;
            left -= more;
        } while (left > 0);
        return (int) crc.getValue();
    }

    /** Writes the checksum of a record that is otherwise whole. */
    void seal(Region region, int offset, long seed) {
        int length = region.getInt(offset + RecordLayout.LENGTH);
        region.putInt(offset + RecordLayout.CHECKSUM, ofRecord(region, offset, length, seed));
    }

    /** Whether a whole record that nobody damaged lies here, and ends at most at {@code limit}. */
    boolean isWhole(Region region, int offset, int limit, long seed) {
        int length = plausibleLength(region, offset, limit);
        return length > 0
                && region.getInt(offset + RecordLayout.CHECKSUM)
                        == ofRecord(region, offset, length, seed);
    }

    private int ofRecord(Region region, int offset, int length, long seed) {
        // The length stands in front of the checksum; it counts by way of the seed.
        long lengthAndSeed = seed ^ (long) length << Integer.SIZE;
        return of(
                lengthAndSeed,
                region,
                offset + RecordLayout.SEQUENCE,
                length - RecordLayout.SEQUENCE);
    }

    /**
     * The length of a record that may begin here, by what its head says; 0 if none can.
     *
     * @param limit where it ends at most
     */
    static int plausibleLength(Region region, int offset, int limit) {
        int room = limit - offset;
        if (room < RecordLayout.HEAD_BYTES) {
            return 0;
        }
        int length = region.getInt(offset + RecordLayout.LENGTH);
        if (length < RecordLayout.HEAD_BYTES || length > room) {
            return 0;
        }
        int flags = region.getByte(offset + RecordLayout.FLAGS);
        long parts = RecordLayout.HEAD_BYTES + RecordLayout.behind(flags);
        parts += region.getInt(offset + RecordLayout.KIND) >>> 2 * Byte.SIZE;
        if ((flags & RecordLayout.TERM) != 0) {
            parts += Long.BYTES;
        }
        if ((flags & RecordLayout.HEADERS) != 0) {
            parts += Long.BYTES;
            if (parts > length) {
                return 0;
            }
            int headers = region.getInt(offset + RecordLayout.HEAD_BYTES);
            if (headers < 0) {
                return 0;
            }
            parts += headers;
        }
        return parts > length ? 0 : length;
    }

    /** What a record takes: the next one begins aligned. */
    static int padded(int length) {
        return length + RecordLayout.ALIGNMENT - 1 & -RecordLayout.ALIGNMENT;
    }
}
