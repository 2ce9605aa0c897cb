package io.millrace.broker.jetstream.batch;

/**
 * What bounds all batches of a server.
 *
 * @param atomic those of a stream
 * @param atomicTotal those of all streams that may be under way
 * @param fast those of a stream
 * @param fastTotal those of all streams that may be under way
 */
public record BatchLimits(BatchBounds atomic, int atomicTotal, BatchBounds fast, int fastTotal) {
    /**
     * As configured; 0 or less of any stands for what there is if nothing is said. As in the
     * reference, both kinds of batches have the same bounds then.
     *
     * @param perStream that may be under way in a stream
     * @param total that may be under way in all
     * @param messages of an atomic one
     * @param timeoutNs in which one has to go on
     */
    public static BatchLimits of(int perStream, int total, int messages, long timeoutNs) {
        BatchBounds atomic = BatchBounds.ATOMIC;
        BatchBounds fast = BatchBounds.FAST;
        long timeout = timeoutNs > 0 ? timeoutNs : atomic.timeoutNs();
        return new BatchLimits(
                new BatchBounds(
                        perStream > 0 ? perStream : atomic.perStream(),
                        messages > 0 ? messages : atomic.messages(),
                        atomic.bytes(),
                        timeout),
                total > 0 ? total : BatchBounds.ATOMIC_TOTAL,
                new BatchBounds(
                        perStream > 0 ? perStream : fast.perStream(),
                        fast.messages(),
                        fast.bytes(),
                        timeout),
                total > 0 ? total : BatchBounds.FAST_TOTAL);
    }
}
