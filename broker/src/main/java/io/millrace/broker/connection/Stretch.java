package io.millrace.broker.connection;

import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.Region;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * A stretch of bytes from one connection and the frames found in it: what is handed to the router
 * in one piece.
 *
 * <p>Filled by an I/O loop, read by the router until it has consumed the ring's entry, then filled
 * again. A payload that is larger than the stretch brings its own memory along.
 */
final class Stretch {
    /**
     * Bytes one read may take: so many that what goes out for them, each message with a sid, still
     * fits into one chunk and one segment of the loopback interface, which are 64 KiB.
     */
    static final int BYTES = 56 * 1024;

    /** Frames of one stretch; more go into another. */
    private static final int FRAMES = 2048;

    final ByteBuf buffer = UnpooledByteBufAllocator.DEFAULT.directBuffer(BYTES, BYTES);
    final Region bytes = regionOf(buffer);
    final FrameBlock frames = new FrameBlock(FRAMES);

    /** The ring's entry that refers to it. */
    private long sequence = -1;

    private @Nullable LargeMessage ownPayload;

    /** All of a direct buffer, for who forgets the region before the buffer is released. */
    static Region regionOf(ByteBuf buffer) {
        return Region.of(MemorySegment.ofBuffer(buffer.nioBuffer(0, buffer.capacity())));
    }

    /** It was handed over. */
    void handedOver(long atSequence) {
        sequence = atSequence;
    }

    long sequence() {
        return sequence;
    }

    /** Its frames stand in memory of their own, which is freed when the router is done with it. */
    void ownPayload(LargeMessage payload) {
        ownPayload = payload;
    }

    /** The memory was not handed over after all, and stays the caller's. */
    void disownPayload() {
        ownPayload = null;
    }

    /** The router is done with it. */
    void reuse() {
        LargeMessage payload = ownPayload;
        if (payload != null) {
            ownPayload = null;
            payload.release();
        }
    }

    void free() {
        reuse();
        bytes.forget();
        buffer.release();
        frames.free();
    }
}
