package io.millrace.broker.delivery;

/**
 * A try to have the kernel take what is queued at some moment, for which there is a write deadline.
 * Begins when the kernel doesn't take all at once. Belongs to an I/O loop.
 */
final class FlushAttempt {
    /** More isn't tried at once, the reference's bound: the deadline is for a known amount. */
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private long startedNs;

    // Positions in the stream of the connection.
    private long start;
    private long end;

    private int chunks;
    private long waitingAtFirst;

    /**
     * Begins.
     *
     * @param nowNs the time, {@link System#nanoTime}
     * @param sent position up to which the kernel has taken all
     * @param published position up to which bytes may be sent
     * @param waitingBytes bytes that are with the network stack
     */
    void begin(long nowNs, long sent, long published, long waitingBytes) {
        startedNs = nowNs;
        start = sent;
        end = Math.min(published, sent + MOST_BYTES);
        chunks = 0;
        waitingAtFirst = waitingBytes;
    }

    /** The kernel has taken so many chunks more. */
    void taken(int chunkCount) {
        chunks += chunkCount;
    }

    /** Whether the kernel has taken all of it. */
    boolean isOver(long sent) {
        return sent >= end;
    }

    /**
     * Whether the kernel has taken anything of it.
     *
     * @param waitingBytes bytes that are with the network stack
     */
    boolean hasProgressed(long waitingBytes) {
        return chunks > 0 || waitingBytes < waitingAtFirst;
    }

    long startedNs() {
        return startedNs;
    }

    int chunks() {
        return chunks;
    }

    long bytes() {
        return end - start;
    }
}
