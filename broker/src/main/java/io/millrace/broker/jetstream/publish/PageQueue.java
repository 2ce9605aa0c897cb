package io.millrace.broker.jetstream.publish;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * Entries outside of the heap, of any size, that come at one end and go at the other, in pages that
 * come and go with them; charged, and never refused, as {@link Pages}. Shard thread.
 *
 * <p>A place is a number that never comes again: that of its page, and the offset in there.
 */
final class PageQueue implements AutoCloseable {
    /** No place. */
    static final long NONE = -1;

    /** Entries must not be larger. */
    static final int MAX_BYTES = 1 << 17;

    private static final int PAGE_SHIFT = 17;
    private static final int LEAST_PAGE_BYTES = 1 << 12;
    private static final int MOST_PAGE_BYTES = 1 << 16;

    /** A page, and how much of it is used. */
    private static final class Page {
        final NativeBlock block;
        final Region region;
        int used;

        Page(int bytes) {
            block = NativeBlock.allocate(bytes);
            region = block.region();
        }
    }

    private final Debtor debtor;
    // A ring of a power of two.
    private @Nullable Page[] pages = new Page[4];
    private long firstPage;
    private int count;
    private long first = NONE;
    private long bytes;

    PageQueue(Debtor debtor) {
        this.debtor = debtor;
    }

    /**
     * Makes room for an entry at the end.
     *
     * @param size a multiple of 8, up to {@link #MAX_BYTES}
     * @return its place
     */
    long append(int size) {
        if (count == 0 || last().region.length() - last().used < size) {
            addPage(size);
        }
        Page page = last();
        long place = firstPage + count - 1 << PAGE_SHIFT | page.used;
        page.used += size;
        if (first == NONE) {
            first = place;
        }
        return place;
    }

    private void addPage(int size) {
        // The more there is, the larger are the steps.
        long step = Long.highestOneBit(bytes / 4 | 1);
        long least = Math.clamp(step, LEAST_PAGE_BYTES, MOST_PAGE_BYTES);
        int pageBytes = (int) Math.max(least, size);
        if (count == pages.length) {
            widen();
        }
        pages[slot(firstPage + count)] = new Page(pageBytes);
        count++;
        bytes += pageBytes;
        debtor.charge(Debt.STORE, pageBytes);
    }

    private void widen() {
        @Nullable Page[] old = pages;
        pages = new Page[2 * old.length];
        for (long page = firstPage; page < firstPage + count; page++) {
            pages[slot(page)] = old[(int) page & old.length - 1];
        }
    }

    private int slot(long page) {
        return (int) page & pages.length - 1;
    }

    /** The place of the first entry; {@link #NONE} if there is none. */
    long first() {
        return first;
    }

    /** The place of the entry behind one of this size; {@link #NONE} if it is the last. */
    long behind(long place, int size) {
        long number = place >> PAGE_SHIFT;
        if (offset(place) + size < page(number).used) {
            return place + size;
        }
        return number == firstPage + count - 1 ? NONE : number + 1 << PAGE_SHIFT;
    }

    /** All entries in front of this one are gone; with {@link #NONE}, all there are. */
    void drop(long upTo) {
        first = upTo;
        long keep = upTo == NONE ? firstPage + count : upTo >> PAGE_SHIFT;
        while (firstPage < keep) {
            Page page = page(firstPage);
            pages[slot(firstPage)] = null;
            page.block.close();
            bytes -= page.region.length();
            debtor.credit(Debt.STORE, page.region.length());
            firstPage++;
            count--;
        }
    }

    Region region(long place) {
        return page(place >> PAGE_SHIFT).region;
    }

    static int offset(long place) {
        return (int) place & (1 << PAGE_SHIFT) - 1;
    }

    private Page last() {
        return page(firstPage + count - 1);
    }

    private Page page(long number) {
        Page page = pages[slot(number)];
        if (page == null) {
            throw new IllegalStateException("no page " + number);
        }
        return page;
    }

    @Override
    public void close() {
        drop(NONE);
    }
}
