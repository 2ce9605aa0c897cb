package io.millrace.broker.jetstream.publish;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.util.Arrays;

/**
 * Memory outside of the heap that grows and shrinks at its end by small steps, so that a table of
 * millions of entries never stops the shard to move, and one of a few takes little: pages of 64
 * KiB, of which the first grows up to that. It is charged, and never refused: whoever lets a
 * message in asks for its room before. Shard thread.
 *
 * <p>What is read from a page that nobody has written to is undefined.
 */
final class Pages implements AutoCloseable {
    static final int PAGE_BYTES = 1 << 16;

    private static final int PAGE_SHIFT = 16;
    private static final int IN_PAGE = PAGE_BYTES - 1;
    private static final int FIRST_BYTES = 1 << 12;
    private static final NativeBlock[] NO_BLOCKS = {};
    private static final Region[] NO_REGIONS = {};

    private final Debtor debtor;
    private NativeBlock[] blocks = NO_BLOCKS;
    private Region[] regions = NO_REGIONS;
    private int pages;

    Pages(Debtor debtor) {
        this.debtor = debtor;
    }

    /** Bytes that can be used. */
    long bytes() {
        return pages == 0 ? 0 : ((long) (pages - 1) << PAGE_SHIFT) + regions[pages - 1].length();
    }

    /** Sees to it that so many bytes can be used. */
    void reach(long bytes) {
        while (bytes() < bytes) {
            if (pages == 1 && regions[0].length() < PAGE_BYTES) {
                widen();
            } else {
                add();
            }
        }
    }

    private void add() {
        int size = pages == 0 ? FIRST_BYTES : PAGE_BYTES;
        if (pages == blocks.length) {
            int more = Math.max(4, pages * 2);
            blocks = Arrays.copyOf(blocks, more);
            regions = Arrays.copyOf(regions, more);
        }
        put(pages, size);
        pages++;
    }

    private void widen() {
        int size = regions[0].length();
        NativeBlock old = blocks[0];
        Region from = regions[0];
        put(0, 2 * size);
        from.copy(0, regions[0], 0, size);
        old.close();
        debtor.credit(Debt.STORE, size);
    }

    private void put(int page, int size) {
        blocks[page] = NativeBlock.allocate(size);
        regions[page] = blocks[page].region();
        debtor.charge(Debt.STORE, size);
    }

    /** Gives back pages that these bytes don't need, but for one, so that none comes and goes. */
    void shrink(long bytes) {
        int needed = (int) (bytes + PAGE_BYTES - 1 >> PAGE_SHIFT) + 1;
        while (pages > needed) {
            drop();
        }
    }

    private void drop() {
        pages--;
        debtor.credit(Debt.STORE, regions[pages].length());
        blocks[pages].close();
        regions[pages] = Region.NONE;
    }

    int getInt(long at) {
        return region(at).getInt(offset(at));
    }

    void putInt(long at, int value) {
        region(at).putInt(offset(at), value);
    }

    long getLong(long at) {
        return region(at).getLong(offset(at));
    }

    void putLong(long at, long value) {
        region(at).putLong(offset(at), value);
    }

    /** The page of a place. Values don't reach from one page into the next. */
    Region region(long at) {
        return regions[(int) (at >> PAGE_SHIFT)];
    }

    /** Where in its page a place is. */
    static int offset(long at) {
        return (int) at & IN_PAGE;
    }

    /** Gives all of it back; it is empty then, and can be used again. */
    @Override
    public void close() {
        while (pages > 0) {
            drop();
        }
        blocks = NO_BLOCKS;
        regions = NO_REGIONS;
    }
}
