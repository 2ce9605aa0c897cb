package io.millrace.broker.store.index;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * Finds the number of a subject by its text: an extendible hash table of small segments, so that
 * growing splits one segment at a time. Shard thread.
 *
 * <p>A segment has {@link #SLOTS}; probing is linear, eight tags at a time. It begins with a byte
 * for how many bits of the hash it stands for, a short for the slots in use and one for those whose
 * subject is gone; then tags, the first eight once more behind the last; then numbers. The tags 0
 * and 1 stand for slots that are empty and whose subject is gone.
 *
 * <p>Segments don't become full all at the same time, which would make a table of twice the size
 * and half of it empty: hashes are spread unevenly over the directory on purpose, by a factor of
 * two from its one end to the other.
 */
final class SubjectTable implements AutoCloseable {
    static final int NONE = -1;

    private static final int SLOTS = 256;
    private static final int SLOT_MASK = SLOTS - 1;
    private static final int MOST_IN_USE = 232;
    private static final int GROUP = 8;

    private static final int DEPTH = 0;
    private static final int USED = 4;
    private static final int GONE = 8;
    private static final int TAGS = 16;
    private static final int NUMBERS = TAGS + SLOTS + GROUP;
    private static final int SEGMENT_BYTES = NUMBERS + SLOTS * Integer.BYTES;
    private static final int PAGE_SEGMENTS_SHIFT = 6;

    private static final int EMPTY_TAG = 0;
    private static final int GONE_TAG = 1;
    private static final int TAG_SHIFT = 8;
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;

    /** One and two thirds: u becomes (2u + u²) / 3, whose slope goes from 2/3 to 4/3. */
    private static final long THIRD = 0x5555_5555_5555_5555L;

    private static final int MOST_DEPTH = 28;

    private final Blocks blocks;
    private final Column segments;
    private final Subjects subjects;
    private @Nullable NativeBlock block;
    private Region directory = Region.NONE;
    private int depth;
    private int @Nullable [] moving;
    private long @Nullable [] hashes;

    SubjectTable(Blocks blocks, Subjects subjects) {
        this.blocks = blocks;
        this.subjects = subjects;
        segments = new Column(blocks, SEGMENT_BYTES, PAGE_SEGMENTS_SHIFT);
    }

    /** The number of a subject, or {@link #NONE}. */
    int find(Region text, int offset, int length, long hash) {
        if (block == null) {
            return NONE;
        }
        int segment = segment(hash);
        Region page = segments.region(segment);
        int at = segments.offset(segment);
        long tags = tag(hash) * ONES;
        int place = home(hash);
        while (true) {
            long group = page.getLong(at + TAGS + place);
            long hits = zeros(group ^ tags);
            while (hits != 0) {
                int slot = place + (Long.numberOfTrailingZeros(hits) >>> 3) & SLOT_MASK;
                // The lowest zero is one; those above it may not be.
                if ((page.getByte(at + TAGS + slot) & 0xFF) == tag(hash)) {
                    int number = page.getInt(at + NUMBERS + slot * Integer.BYTES);
                    if (subjects.equal(number, text, offset, length)) {
                        return number;
                    }
                }
                hits &= hits - 1;
            }
            if (zeros(group) != 0) {
                return NONE;
            }
            place = place + GROUP & SLOT_MASK;
        }
    }

    private static long zeros(long group) {
        return group - ONES & ~group & HIGHS;
    }

    private static int home(long hash) {
        return (int) hash & SLOT_MASK;
    }

    private static int tag(long hash) {
        int tag = (int) (hash >>> TAG_SHIFT) & 0xFF;
        return tag <= GONE_TAG ? tag + 2 : tag;
    }

    private static long spread(long hash) {
        return Math.unsignedMultiplyHigh(hash, 2 * THIRD + Math.unsignedMultiplyHigh(hash, THIRD));
    }

    private int segment(long hash) {
        return depth == 0 ? 0 : directory.getInt(index(hash, depth) * Integer.BYTES);
    }

    private static int index(long hash, int bits) {
        return bits == 0 ? 0 : (int) (spread(hash) >>> Long.SIZE - bits);
    }

    /** Puts a number that isn't there, of a text with this hash. */
    void insert(int number, long hash) {
        if (block == null) {
            if (segments.size() == 0) {
                clear(segments.add(), 0);
            }
            block = blocks.allocate(Integer.BYTES);
            directory = block.region();
            directory.putInt(0, 0);
        }
        int segment = segment(hash);
        while (used(segment) + gone(segment) >= MOST_IN_USE) {
            if (gone(segment) * 4 >= MOST_IN_USE) {
                refill(segment);
            } else {
                split(segment, hash);
            }
            segment = segment(hash);
        }
        put(segment, number, hash);
    }

    private void put(int segment, int number, long hash) {
        Region page = segments.region(segment);
        int at = segments.offset(segment);
        int slot = home(hash);
        while ((page.getByte(at + TAGS + slot) & 0xFF) > GONE_TAG) {
            slot = slot + 1 & SLOT_MASK;
        }
        if (page.getByte(at + TAGS + slot) == GONE_TAG) {
            page.putInt(at + GONE, page.getInt(at + GONE) - 1);
        }
        setTag(page, at, slot, tag(hash));
        page.putInt(at + NUMBERS + slot * Integer.BYTES, number);
        page.putInt(at + USED, page.getInt(at + USED) + 1);
    }

    /** Takes a number out. */
    void remove(int number, long hash) {
        int segment = segment(hash);
        Region page = segments.region(segment);
        int at = segments.offset(segment);
        int slot = home(hash);
        int tag = tag(hash);
        while ((page.getByte(at + TAGS + slot) & 0xFF) != tag
                || page.getInt(at + NUMBERS + slot * Integer.BYTES) != number) {
            if (page.getByte(at + TAGS + slot) == EMPTY_TAG) {
                throw new IllegalStateException("subject " + number + " is in no slot");
            }
            slot = slot + 1 & SLOT_MASK;
        }
        boolean endsHere = page.getByte(at + TAGS + (slot + 1 & SLOT_MASK)) == EMPTY_TAG;
        setTag(page, at, slot, endsHere ? EMPTY_TAG : GONE_TAG);
        page.putInt(at + USED, page.getInt(at + USED) - 1);
        if (!endsHere) {
            page.putInt(at + GONE, page.getInt(at + GONE) + 1);
        }
    }

    private static void setTag(Region page, int at, int slot, int tag) {
        page.putByte(at + TAGS + slot, (byte) tag);
        if (slot < GROUP) {
            page.putByte(at + TAGS + SLOTS + slot, (byte) tag);
        }
    }

    private int used(int segment) {
        return segments.region(segment).getInt(segments.offset(segment) + USED);
    }

    private int gone(int segment) {
        return segments.region(segment).getInt(segments.offset(segment) + GONE);
    }

    private void clear(int segment, int bits) {
        Region page = segments.region(segment);
        int at = segments.offset(segment);
        for (int i = 0; i < NUMBERS; i += Long.BYTES) {
            page.putLong(at + i, 0);
        }
        page.putByte(at + DEPTH, (byte) bits);
    }

    /** Takes all numbers of a segment out. */
    private int empty(int segment, int bits, int[] into) {
        Region page = segments.region(segment);
        int at = segments.offset(segment);
        int count = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            if ((page.getByte(at + TAGS + slot) & 0xFF) > GONE_TAG) {
                into[count++] = page.getInt(at + NUMBERS + slot * Integer.BYTES);
            }
        }
        clear(segment, bits);
        return count;
    }

    private void refill(int segment) {
        int[] numbers = moving();
        int bits = segments.region(segment).getByte(segments.offset(segment) + DEPTH);
        put(numbers, empty(segment, bits, numbers));
    }

    /** Puts numbers back. */
    private void put(int[] numbers, int count) {
        long[] all = hashes();
        // In a loop of its own: their texts come from memory side by side.
        for (int i = 0; i < count; i++) {
            all[i] = subjects.hash(numbers[i]);
        }
        for (int i = 0; i < count; i++) {
            put(segment(all[i]), numbers[i], all[i]);
        }
    }

    private void split(int segment, long hash) {
        int bits = segments.region(segment).getByte(segments.offset(segment) + DEPTH);
        if (bits == depth) {
            deepen();
        }
        int[] numbers = moving();
        int upper = segments.add();
        int count = empty(segment, bits + 1, numbers);
        clear(upper, bits + 1);
        int half = 1 << depth - bits - 1;
        int from = (index(hash, bits) << depth - bits) + half;
        for (int i = from; i < from + half; i++) {
            directory.putInt(i * Integer.BYTES, upper);
        }
        put(numbers, count);
    }

    private int[] moving() {
        if (moving == null) {
            moving = new int[SLOTS];
        }
        return moving;
    }

    private long[] hashes() {
        if (hashes == null) {
            hashes = new long[SLOTS];
        }
        return hashes;
    }

    private void deepen() {
        if (depth == MOST_DEPTH || block == null) {
            throw new IllegalStateException("more subjects than there is room for");
        }
        NativeBlock larger = blocks.allocate(2 * Integer.BYTES << depth);
        for (int i = 0; i < 1 << depth; i++) {
            int segment = directory.getInt(i * Integer.BYTES);
            larger.region().putInt(2 * i * Integer.BYTES, segment);
            larger.region().putInt((2 * i + 1) * Integer.BYTES, segment);
        }
        blocks.free(block);
        block = larger;
        directory = larger.region();
        depth++;
    }

    /** Forgets all. */
    @Override
    public void close() {
        if (block != null) {
            blocks.free(block);
            block = null;
            directory = Region.NONE;
        }
        segments.close();
        depth = 0;
    }
}
