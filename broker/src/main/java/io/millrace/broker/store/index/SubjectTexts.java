package io.millrace.broker.store.index;

import io.millrace.protocol.Region;

/**
 * The texts of subjects. A byte says how long one is, or that an int behind it does. Shard thread.
 */
final class SubjectTexts implements AutoCloseable {
    static final int LONGEST = 0xFFFF;

    static final int PAGE_BYTES = 16 * 1024;

    /** Each text that is moved has to be found first, so rather a little more is held. */
    private static final int MOST_HELD_PERCENT = 200;

    private static final int LONG = 0xFF;

    private final PagedHeap heap;

    SubjectTexts(Blocks blocks, int pageBytes) {
        heap = new PagedHeap(blocks, pageBytes, MOST_HELD_PERCENT);
    }

    /** A place for a text, with its length. */
    long allocate(int length) {
        long text = heap.allocate(bytes(length));
        Region page = heap.region(text);
        int at = PagedHeap.offset(text);
        if (length < LONG) {
            page.putByte(at, (byte) length);
        } else {
            page.putByte(at, (byte) LONG);
            page.putInt(at + 1, length);
        }
        return text;
    }

    Region region(long text) {
        return heap.region(text);
    }

    int length(long text) {
        return length(heap.region(text), PagedHeap.offset(text));
    }

    private static int length(Region page, int at) {
        int length = page.getByte(at) & 0xFF;
        return length < LONG ? length : page.getInt(at + 1);
    }

    /** Where the text begins, behind its length. */
    int offset(long text) {
        return offset(heap.region(text), PagedHeap.offset(text));
    }

    private static int offset(Region page, int at) {
        return at + ((page.getByte(at) & 0xFF) < LONG ? 1 : 1 + Integer.BYTES);
    }

    private static int bytes(int length) {
        return length + (length < LONG ? 1 : 1 + Integer.BYTES);
    }

    void free(long text) {
        heap.free(text, bytes(length(text)));
    }

    boolean equal(long text, Region other, int offset, int length) {
        Region page = heap.region(text);
        int at = PagedHeap.offset(text);
        return length(page, at) == length && page.equal(offset(page, at), other, offset, length);
    }

    long hash(long text) {
        Region page = heap.region(text);
        int at = PagedHeap.offset(text);
        return page.hash(offset(page, at), length(page, at));
    }

    /** Makes one page of many that are nearly empty, if there are such. */
    void tidy(Subjects subjects) {
        int page = heap.sparsePage();
        if (page == PagedHeap.NONE) {
            return;
        }
        Region region = heap.regionOf(page);
        int end = heap.end(page);
        int left = heap.live(page);
        int at = 0;
        while (at < end && left > 0) {
            int length = length(region, at);
            int bytes = bytes(length);
            long text = PagedHeap.piece(page, at);
            int subject = subjects.find(region, offset(region, at), length);
            if (subject >= 0 && subjects.text(subject) == text) {
                long copy = heap.allocateOrNone(bytes);
                if (copy == PagedHeap.NONE) {
                    return;
                }
                region.copy(at, heap.region(copy), PagedHeap.offset(copy), bytes);
                subjects.setText(subject, copy);
                left -= bytes;
                heap.free(text, bytes);
            }
            at += bytes;
        }
    }

    @Override
    public void close() {
        heap.close();
    }
}
