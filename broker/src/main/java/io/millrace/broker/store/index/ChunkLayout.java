package io.millrace.broker.store.index;

/**
 * A sealed chunk: up to {@link #MOST_ENTRIES} messages in the order of their sequences.
 *
 * <pre>
 *  0 int   bytes of the piece; negative once it is given back
 *  4 int   entries
 *  8 long  sequence of the first entry
 * 16 long  where the line of locations begins
 * 24 long  its slope per entry, times 256
 * 32 int   least size | 36 int least subject
 * 40 byte  bits of a sequence | 41 of a location | 42 of a size | 43 of a subject
 * 44 byte  bytes of a link | 45 byte how far locations are shifted | 46 2 spare
 * 48 long  link of the last live entry if all have one subject
 * 56       which are live, a word for 64
 *          sequences, less that of the first and the entry's index
 *          locations, less what the line says
 *          sizes and subjects, less the least
 *          links: how much greater the next sequence on the subject is; 0 if there is none
 *          8 spare, so that the last number can be read as a word
 * </pre>
 *
 * Where all have one subject there are no links: the next on the subject is the next live entry.
 */
final class ChunkLayout {
    static final int MOST_ENTRIES = 256;

    static final int BYTES = 0;
    static final int ENTRIES = 4;
    static final int BASE_SEQUENCE = 8;
    static final int BASE_LOCATION = 16;
    static final int SLOPE = 24;
    static final int LEAST_SIZE = 32;
    static final int LEAST_SUBJECT = 36;
    static final int SEQUENCE_BITS = 40;
    static final int LOCATION_BITS = 41;
    static final int SIZE_BITS = 42;
    static final int SUBJECT_BITS = 43;
    static final int LINK_BYTES = 44;
    static final int SHIFT = 45;
    static final int EXIT = 48;
    static final int LIVE = 56;
    static final int SPARE = 8;

    static final int SLOPE_FRACTION_BITS = 8;

    /** Shortest piece there can be: one entry. */
    static final int LEAST_BYTES = LIVE + Long.BYTES + SPARE;

    /** Longest piece there can be. */
    static final int MOST_BYTES =
            LIVE + MOST_ENTRIES / 8 + MOST_ENTRIES * (8 + 8 + 8 + 8 + 8) + SPARE;

    private ChunkLayout() {}

    /** Bytes of a piece without its links. */
    static int bytes(int entries, int sequence, int location, int size, int subject) {
        return LIVE
                + LiveBits.words(entries) * Long.BYTES
                + PackedBits.bytes(entries, sequence)
                + PackedBits.bytes(entries, location)
                + PackedBits.bytes(entries, size)
                + PackedBits.bytes(entries, subject)
                + SPARE;
    }

    /** Bytes of its links. */
    static int linkBytes(int entries, int width) {
        return (entries * width + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    /** How many bytes a link takes in a column that has one so far. */
    static int linkWidth(long link) {
        int bytes = (Long.SIZE - Long.numberOfLeadingZeros(link) + 7) / 8;
        return bytes <= 4 ? bytes : bytes <= 6 ? 6 : 8;
    }
}
