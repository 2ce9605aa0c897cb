package io.millrace.broker.delivery;

import io.millrace.broker.ledger.Ledger;

/** Native memory of which there is only so much. */
public final class ScarceMemory {
    /** Pieces that are left. */
    public volatile int left = Integer.MAX_VALUE;

    /** A pool whose chunks come from here. */
    public ChunkPool pool() {
        return new ChunkPool(
                Ledger.unbounded(),
                capacity -> {
                    take();
                    return new Chunk(capacity);
                });
    }

    private void take() {
        if (left == 0) {
            throw new OutOfMemoryError("none is left");
        }
        left--;
    }
}
