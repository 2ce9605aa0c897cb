package io.millrace.broker.store.index;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Pieces of any length in pages. A piece goes behind the one before; what is given back is only
 * counted, until its page holds nothing. So messages that go in the order in which they came leave
 * no hole. Where they don't, the owner moves what is left on a {@link #sparsePage} to its place
 * anew. Shard thread.
 *
 * <p>A reference is the page's number and the offset in it. The first pages are small: there may be
 * thousands of streams with hardly a message.
 */
final class PagedHeap implements AutoCloseable {
    /** No page, no piece. */
    static final int NONE = -1;

    static final int OFFSET_BITS = 16;
    private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;
    private static final int FIRST_PAGE_BYTES = 512;

    private final Blocks blocks;
    private final int pageBytes;
    private final int mostHeldPercent;
    private @Nullable NativeBlock[] pages = new NativeBlock[4];
    private Region[] regions = new Region[4];

    /** Behind the last piece of each page. */
    private int[] ends = new int[4];

    /** Bytes of pieces that aren't given back, of each page. */
    private int[] lives = new int[4];

    /** How many pages there have been at a time. */
    private int count;

    private int current = NONE;

    /** Numbers of pages that are gone. */
    private int[] free = new int[4];

    private int freeCount;
    private int hand;
    private long live;
    private long held;

    /**
     * Makes an empty one.
     *
     * @param pageBytes of a usual page, at most 64 KiB
     * @param mostHeldPercent how much may be held for what is in use before that is moved
     */
    PagedHeap(Blocks blocks, int pageBytes, int mostHeldPercent) {
        this.blocks = blocks;
        this.pageBytes = pageBytes;
        this.mostHeldPercent = mostHeldPercent;
        Arrays.fill(regions, Region.NONE);
    }

    /** A place for a piece; what stands there is undefined. */
    long allocate(int bytes) {
        if (current == NONE || ends[current] + bytes > regions[current].length()) {
            turnPage(bytes);
        }
        int at = ends[current];
        ends[current] += bytes;
        lives[current] += bytes;
        live += bytes;
        return (long) current << OFFSET_BITS | at;
    }

    /** The same, but {@link #NONE} if there is no memory. */
    long allocateOrNone(int bytes) {
        try {
            return allocate(bytes);
        } catch (OutOfMemoryError e) {
            return NONE;
        }
    }

    private void turnPage(int bytes) {
        int size = (int) Math.min(pageBytes, Math.max(FIRST_PAGE_BYTES, held));
        NativeBlock block = blocks.allocate(Math.max(bytes, size));
        int page = freeCount > 0 ? free[--freeCount] : count++;
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, 2 * page);
            regions = Arrays.copyOf(regions, 2 * page);
            ends = Arrays.copyOf(ends, 2 * page);
            lives = Arrays.copyOf(lives, 2 * page);
        }
        pages[page] = block;
        regions[page] = block.region();
        ends[page] = 0;
        lives[page] = 0;
        held += regions[page].length();
        int before = current;
        current = page;
        if (before != NONE && lives[before] == 0) {
            drop(before);
        }
    }

    /** The memory that a piece is in. */
    Region region(long piece) {
        return regions[(int) (piece >>> OFFSET_BITS)];
    }

    /** Where in it. */
    static int offset(long piece) {
        return (int) piece & OFFSET_MASK;
    }

    static long piece(int page, int offset) {
        return (long) page << OFFSET_BITS | offset;
    }

    /** Gives a piece back. */
    void free(long piece, int bytes) {
        int page = (int) (piece >>> OFFSET_BITS);
        lives[page] -= bytes;
        live -= bytes;
        if (lives[page] == 0) {
            if (page == current) {
                ends[page] = 0;
            } else {
                drop(page);
            }
        }
    }

    /**
     * A page of which less is in use than should be, while that is so of all of them together.
     *
     * @return {@link #NONE} if there is nothing to gain
     */
    int sparsePage() {
        long most = live / 100 * mostHeldPercent;
        if (held <= most + 2L * pageBytes) {
            return NONE;
        }
        for (int looked = 0; looked < count; looked++) {
            hand = hand + 1 < count ? hand + 1 : 0;
            if (hand != current && pages[hand] != null && isSparse(hand)) {
                return hand;
            }
        }
        return NONE;
    }

    private boolean isSparse(int page) {
        return (long) lives[page] * mostHeldPercent <= ends[page] * 100L;
    }

    /** Bytes in use on a page. */
    int live(int page) {
        return lives[page];
    }

    Region regionOf(int page) {
        return regions[page];
    }

    /** Behind the last piece of a page. */
    int end(int page) {
        return ends[page];
    }

    private void drop(int page) {
        NativeBlock block = pages[page];
        if (block == null) {
            throw new IllegalStateException("page " + page + " is gone already");
        }
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = page;
        held -= regions[page].length();
        pages[page] = null;
        regions[page] = Region.NONE;
        blocks.free(block);
    }

    /** Gives all pages back. */
    @Override
    public void close() {
        for (int page = 0; page < count; page++) {
            NativeBlock block = pages[page];
            if (block != null) {
                pages[page] = null;
                regions[page] = Region.NONE;
                blocks.free(block);
            }
        }
        count = 0;
        freeCount = 0;
        hand = 0;
        current = NONE;
        live = 0;
        held = 0;
    }
}
