package io.millrace.protocol;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * The native memory of a JVM that lets nobody reach any by its address: each piece gets a made-up
 * one, with which all that counts in addresses works as ever.
 *
 * <pre>
 *   address   63 ... 42 | 41 ... 32 | 31 ... 0
 *             row         column      offset within the piece
 * </pre>
 *
 * <p>Any thread may add and remove; who hands an address over to another thread hands over what is
 * written here for it, so looking up needs nothing else. Each piece knows its own end, and whether
 * it is given back.
 */
final class SegmentTable {
    private static final int COLUMN_BITS = 10;
    private static final int COLUMNS = 1 << COLUMN_BITS;
    private static final int ROWS = 1 << 12;
    private static final int ROW_SHIFT = Integer.SIZE + COLUMN_BITS;
    private static final long OFFSET = 0xFFFF_FFFFL;

    private final MemorySegment[][] rows = new MemorySegment[ROWS][];
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    /** The first place is that of address 0, where there is nothing. */
    private int next = 1;

    SegmentTable() {
        rows[0] = new MemorySegment[COLUMNS];
        rows[0][0] = MemorySegment.NULL;
    }

    /**
     * Takes a piece in.
     *
     * @return its address, for as long as it isn't removed
     * @throws OutOfMemoryError if there are four million pieces
     */
    synchronized long add(MemorySegment segment) {
        Integer place = free.poll();
        if (place == null) {
            if (next == ROWS * COLUMNS) {
                throw new OutOfMemoryError("too many pieces of native memory");
            }
            place = next++;
        }
        int row = place >>> COLUMN_BITS;
        if (rows[row] == null) {
            rows[row] = new MemorySegment[COLUMNS];
        }
        rows[row][place & COLUMNS - 1] = segment;
        return (long) place << Integer.SIZE;
    }

    /** Forgets a piece; its address may become another's. */
    synchronized void remove(long address) {
        int place = (int) (address >>> Integer.SIZE);
        if (place > 0) {
            rows[place >>> COLUMN_BITS][place & COLUMNS - 1] = MemorySegment.NULL;
            free.push(place);
        }
    }

    /** The piece that an address lies in. */
    MemorySegment at(long address) {
        return rows[(int) (address >>> ROW_SHIFT)][(int) (address >>> Integer.SIZE) & COLUMNS - 1];
    }

    /** Where in its piece an address lies. */
    static long offset(long address) {
        return address & OFFSET;
    }
}
