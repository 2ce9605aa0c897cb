package io.millrace.broker.store.index;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/**
 * A chunk's entries as plain numbers: the open chunk that grows, or one that is packed anew. Shard
 * thread.
 *
 * <p>A word for 64 says which are live, then each has 32 bytes: long sequence, long location, long
 * next sequence on its subject or 0, int size, int subject.
 */
final class Entries implements AutoCloseable {
    private static final int MOST = ChunkLayout.MOST_ENTRIES;
    private static final int FIRST = 8;
    private static final int ROWS = MOST / Byte.SIZE;
    private static final int ROW = 32;
    private static final int LOCATION = 8;
    private static final int LINK = 16;
    private static final int SIZE = 24;
    private static final int SUBJECT = 28;

    private final Blocks blocks;
    private NativeBlock block;
    private Region rows;
    private int count;
    private int live;

    Entries(Blocks blocks) {
        this.blocks = blocks;
        block = blocks.allocate(ROWS + FIRST * ROW);
        rows = block.region();
        clear();
    }

    int count() {
        return count;
    }

    int live() {
        return live;
    }

    boolean isFull() {
        return count == MOST;
    }

    /** Makes room for one more, so that {@link #append} needs no memory; not if it is full. */
    void reserve() {
        if (ROWS + count * ROW == rows.length()) {
            NativeBlock larger = blocks.allocate(ROWS + 2 * count * ROW);
            rows.copy(0, larger.region(), 0, rows.length());
            blocks.free(block);
            block = larger;
            rows = larger.region();
        }
    }

    /** Adds one with a greater sequence. */
    void append(long sequence, long location, long link, int size, int subject) {
        reserve();
        int at = ROWS + count * ROW;
        rows.putLong(at, sequence);
        rows.putLong(at + LOCATION, location);
        rows.putLong(at + LINK, link);
        rows.putInt(at + SIZE, size);
        rows.putInt(at + SUBJECT, subject);
        LiveBits.set(rows, 0, count);
        count++;
        live++;
    }

    void clear() {
        count = 0;
        live = 0;
        for (int at = 0; at < ROWS; at += Long.BYTES) {
            rows.putLong(at, 0);
        }
    }

    boolean isLive(int entry) {
        return LiveBits.has(rows, 0, entry);
    }

    void kill(int entry) {
        LiveBits.clear(rows, 0, entry);
        live--;
    }

    int nextLive(int from) {
        return LiveBits.next(rows, 0, count, from);
    }

    int previousLive(int from) {
        return LiveBits.previous(rows, 0, from);
    }

    /** Drops those that aren't live. */
    void compact() {
        if (live == count) {
            return;
        }
        int kept = 0;
        for (int entry = nextLive(0); entry >= 0; entry = nextLive(entry + 1)) {
            if (kept != entry) {
                rows.copy(ROWS + entry * ROW, rows, ROWS + kept * ROW, ROW);
            }
            kept++;
        }
        clear();
        for (int entry = 0; entry < kept; entry++) {
            LiveBits.set(rows, 0, entry);
        }
        count = kept;
        live = kept;
    }

    long sequence(int entry) {
        return rows.getLong(ROWS + entry * ROW);
    }

    long location(int entry) {
        return rows.getLong(ROWS + entry * ROW + LOCATION);
    }

    void setLocation(int entry, long location) {
        rows.putLong(ROWS + entry * ROW + LOCATION, location);
    }

    long link(int entry) {
        return rows.getLong(ROWS + entry * ROW + LINK);
    }

    void setLink(int entry, long next) {
        rows.putLong(ROWS + entry * ROW + LINK, next);
    }

    int size(int entry) {
        return rows.getInt(ROWS + entry * ROW + SIZE);
    }

    int subject(int entry) {
        return rows.getInt(ROWS + entry * ROW + SUBJECT);
    }

    /** The entry of this sequence, or -1. */
    int find(long sequence) {
        int entry = ceiling(sequence);
        return entry < count && sequence(entry) == sequence ? entry : -1;
    }

    /** The first entry of this sequence or a greater one; {@link #count} if there is none. */
    int ceiling(long sequence) {
        if (count == 0 || sequence <= sequence(0)) {
            return 0;
        }
        long above = sequence - sequence(0);
        if (above < count && sequence(count - 1) - sequence(0) == count - 1) {
            return (int) above;
        }
        int low = 1;
        int high = (int) Math.min(count, above);
        while (low < high) {
            int middle = low + high >>> 1;
            if (sequence(middle) < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The last live entry up to this one that has the subject; -1 if there is none. */
    int previousOn(int subject, int from) {
        int entry = previousLive(from);
        while (entry >= 0 && subject(entry) != subject) {
            entry = previousLive(entry - 1);
        }
        return entry;
    }

    /** The first live entry from this one on that has the subject; -1 if there is none. */
    int nextOn(int subject, int from) {
        int entry = nextLive(from);
        while (entry >= 0 && subject(entry) != subject) {
            entry = nextLive(entry + 1);
        }
        return entry;
    }

    @Override
    public void close() {
        blocks.free(block);
    }
}
