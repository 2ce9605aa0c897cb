package io.millrace.broker.connection;

import io.millrace.broker.compression.CorruptStreamException;
import io.millrace.broker.compression.S2Decoder;
import io.netty.buffer.ByteBuf;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Decompresses what a route reads; belongs to its I/O loop.
 *
 * <p>One block at a time, and none while what the last one brought waits for a stretch: what little
 * a peer sends may come to very much.
 */
final class CompressedReads {
    private final S2Decoder decoder = new S2Decoder(S2Decoder.MAX_BLOCK_BYTES);
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    private final Consumer<ByteBuf> next;
    private final BooleanSupplier waits;
    private boolean reading;

    /**
     * Makes one.
     *
     * @param next takes what was decompressed, and releases it
     * @param waits whether nothing more can be taken now
     */
    CompressedReads(Consumer<ByteBuf> next, BooleanSupplier waits) {
        this.next = next;
        this.waits = waits;
    }

    /** Takes what was read; it is released once it was decompressed. */
    void read(ByteBuf compressed) throws CorruptStreamException {
        unread.add(compressed);
        goOn();
    }

    /** Goes on where it had to wait. */
    void goOn() throws CorruptStreamException {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (!unread.isEmpty() && !waits.getAsBoolean()) {
                ByteBuf block = decoder.next(unread.peek());
                if (block == null) {
                    unread.remove().release();
                } else {
                    next.accept(block.retain());
                }
            }
        } finally {
            reading = false;
        }
    }

    /** Whether something has been read that is yet to be decompressed. */
    boolean isWaiting() {
        return !unread.isEmpty();
    }

    void release() {
        unread.forEach(ByteBuf::release);
        unread.clear();
    }
}
