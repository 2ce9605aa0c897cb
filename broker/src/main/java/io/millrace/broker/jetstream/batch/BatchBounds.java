package io.millrace.broker.jetstream.batch;

/**
 * What bounds the batches of a stream.
 *
 * @param perStream batches of one kind that may be under way in a stream
 * @param messages of an atomic batch
 * @param bytes of messages that may wait in a stream for the rest of their batches
 * @param timeoutNs after which a batch is given up that no message came for
 */
public record BatchBounds(int perStream, int messages, long bytes, long timeoutNs) {
    private static final long TIMEOUT_NS = 10_000_000_000L;
    private static final long BYTES = 128L * 1024 * 1024;

    /** Those of atomic batches, if nothing else is configured. */
    public static final BatchBounds ATOMIC = new BatchBounds(50, 1000, BYTES, TIMEOUT_NS);

    /** Those of fast ones. */
    public static final BatchBounds FAST =
            new BatchBounds(1000, Integer.MAX_VALUE, BYTES, TIMEOUT_NS);

    /** Atomic batches that may be under way in all streams. */
    public static final int ATOMIC_TOTAL = 1000;

    /** Fast batches that may be under way in all streams. */
    public static final int FAST_TOTAL = 50_000;
}
