package io.millrace.broker.store;

import static io.millrace.broker.store.RecordLayout.CHECKSUM;
import static io.millrace.broker.store.RecordLayout.COVERED;
import static io.millrace.broker.store.RecordLayout.LENGTH;

import io.millrace.protocol.Checksum;
import io.millrace.protocol.Region;

/**
 * What makes a record one of this place and time: CRC32C over all behind its checksum, mixed with
 * its length and with where it stands.
 *
 * <p>The place is a number that no other place has, now or earlier: in the log the segment's salt
 * and the record's position, in a block the block's salt and the offset. So what was written
 * elsewhere, or here before the space was used again, is never taken for a record.
 */
public final class RecordSeal {
    private static final long LENGTH_FACTOR = 0x9E37_79B9_7F4A_7C15L;
    private static final long FACTOR = 0xBF58_476D_1CE4_E5B9L;
    private static final long END_FACTOR = 0x94D0_49BB_1331_11EBL;

    private RecordSeal() {}

    /**
     * Seals a record whose other fields and content are there: writes length and checksum.
     *
     * @param checksum of {@code region}
     * @param place see above
     */
    public static void seal(Region region, Checksum checksum, int offset, int length, long place) {
        int covered = checksum.of(offset + COVERED, length - COVERED);
        region.putInt(offset + LENGTH, length);
        region.putInt(offset + CHECKSUM, covered ^ fold(place, length));
    }

    /**
     * Whether the record is what was sealed, of its length that was looked at already.
     *
     * @param checksum of {@code region}
     */
    public static boolean isWhole(
            Region region, Checksum checksum, int offset, int length, long place) {
        int covered = checksum.of(offset + COVERED, length - COVERED);
        return region.getInt(offset + CHECKSUM) == (covered ^ fold(place, length));
    }

    /** 32 bits of place and length; both count in all of them. */
    public static int fold(long place, int length) {
        long mixed = (place ^ length * LENGTH_FACTOR) * FACTOR;
        return (int) ((mixed ^ mixed >>> 32) * END_FACTOR >>> 32);
    }
}
