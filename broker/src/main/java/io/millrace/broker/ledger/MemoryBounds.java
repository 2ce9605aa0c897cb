package io.millrace.broker.ledger;

/**
 * How much the server may keep for its peers in all.
 *
 * @param heapBytes on the heap
 * @param nativeBytes outside of it
 */
public record MemoryBounds(long heapBytes, long nativeBytes) {
    /** For a part that stands alone, such as in a test. */
    public static final MemoryBounds NONE = new MemoryBounds(Long.MAX_VALUE, Long.MAX_VALUE);

    /** Less than this would not let a handful of clients in. */
    private static final long LEAST_BYTES = 16L * 1024 * 1024;

    /**
     * What follows from the memory the process was given: half of it for what waits outside the
     * heap, where most of all is kept; an eighth on the heap, and never more than half of that, as
     * the collector needs room to work in.
     *
     * @param givenBytes memory of the process, heap and all
     * @param maxHeapBytes to which the heap may grow
     */
    public static MemoryBounds of(long givenBytes, long maxHeapBytes) {
        return new MemoryBounds(
                Math.max(LEAST_BYTES, Math.min(givenBytes / 8, maxHeapBytes / 2)),
                Math.max(LEAST_BYTES, givenBytes / 2));
    }

    /** How much of it may be kept somewhere. */
    public long bytes(Debt.Store store) {
        return store == Debt.Store.HEAP ? heapBytes : nativeBytes;
    }
}
