package io.millrace.broker.store.block;

/**
 * Where a record lies in a stream's blocks, as one positive number.
 *
 * <pre>
 * bit 63   0
 * bit 62   1: in a block; positions in the log have a 0 here
 * 61 .. 26 number of the block
 * 25 .. 0  where in the block the record begins
 * </pre>
 */
public final class BlockLocation {
    /** Blocks are at most so long, but for the last record, of which only the begin counts. */
    static final int MOST_BLOCK_BYTES = 1 << 26;

    private static final long IN_BLOCK = 1L << 62;
    private static final int NUMBER_SHIFT = 26;
    private static final int OFFSET_MASK = MOST_BLOCK_BYTES - 1;

    private BlockLocation() {}

    /** Whether it is one of these, and no position in the log. */
    public static boolean isInBlock(long location) {
        return location > 0 && (location & IN_BLOCK) != 0;
    }

    static long of(long number, int offset) {
        return IN_BLOCK | number << NUMBER_SHIFT | offset;
    }

    static long number(long location) {
        return (location & ~IN_BLOCK) >>> NUMBER_SHIFT;
    }

    static int offset(long location) {
        return (int) location & OFFSET_MASK;
    }
}
