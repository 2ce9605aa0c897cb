package io.millrace.broker.store.index;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.util.Arrays;

/**
 * Rows of one width, by number. Grows by pages, so that none is ever copied; only the first begins
 * small and is. Shard thread.
 */
final class Column implements AutoCloseable {
    private static final int FIRST_BYTES = 512;

    private final Blocks blocks;
    private final int width;
    private final int shift;
    private final int mask;
    private NativeBlock[] pages = new NativeBlock[1];
    private Region[] regions = {Region.NONE};
    private int pageCount;
    private int size;

    /**
     * Makes an empty one.
     *
     * @param width bytes of a row
     * @param shift a page has so many rows, as a power of two
     */
    Column(Blocks blocks, int width, int shift) {
        this.blocks = blocks;
        this.width = width;
        this.shift = shift;
        this.mask = (1 << shift) - 1;
    }

    /** One more row, its content undefined; returns its number. */
    int add() {
        int page = size >>> shift;
        if (page == pageCount) {
            addPage(page);
        } else if ((size & mask) * width == regions[page].length()) {
            enlarge(page);
        }
        return size++;
    }

    private void addPage(int page) {
        NativeBlock block =
                blocks.allocate((page == 0 ? Math.max(1, FIRST_BYTES / width) : mask + 1) * width);
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, 2 * page);
            regions = Arrays.copyOf(regions, 2 * page);
        }
        put(page, block);
        pageCount++;
    }

    private void enlarge(int page) {
        Region old = regions[page];
        int most = (mask + 1) * width;
        NativeBlock block = blocks.allocate(Math.min(most, 2 * old.length()));
        old.copy(0, block.region(), 0, old.length());
        blocks.free(pages[page]);
        put(page, block);
    }

    private void put(int page, NativeBlock block) {
        pages[page] = block;
        regions[page] = block.region();
    }

    /** The memory that a row is in. */
    Region region(int row) {
        return regions[row >>> shift];
    }

    /** Where in it. */
    int offset(int row) {
        return (row & mask) * width;
    }

    /** How many rows there are. */
    int size() {
        return size;
    }

    /** Gives all rows back. */
    @Override
    public void close() {
        for (int page = 0; page < pageCount; page++) {
            blocks.free(pages[page]);
            regions[page] = Region.NONE;
        }
        pageCount = 0;
        size = 0;
    }
}
