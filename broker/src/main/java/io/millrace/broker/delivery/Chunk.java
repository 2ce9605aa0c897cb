package io.millrace.broker.delivery;

import io.millrace.protocol.MsgLine;
import io.millrace.protocol.Region;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A piece of native memory that holds outbound bytes.
 *
 * <p>Written by the routing thread while it is the last of its queue, read by the I/O loop. The
 * buffer object lives as long as the chunk, so sending makes no garbage.
 */
final class Chunk {
    /** Bytes behind {@link #capacity} that may be overwritten by word-wise copies. */
    static final int SLACK = MsgLine.SLACK;

    /** The end of a chunk that may still grow. */
    static final long OPEN_END = Long.MAX_VALUE;

    private static final VarHandle END;

    static {
        try {
            END = MethodHandles.lookup().findVarHandle(Chunk.class, "end", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ByteBuf buffer;

    /** All of it, {@link #SLACK} included: nothing is written but through it. */
    final Region region;

    final int capacity;

    // Routing thread; the I/O loop reads them behind a published position.
    int written;

    /** Position in the stream of its queue where the chunk begins. */
    long start;

    /** Position behind its last byte, once another chunk follows; read by {@link #end}. */
    @SuppressWarnings("unused")
    private long end;

    /** The chunk that follows, set before the end is; of a free chunk, the next free one. */
    @Nullable Chunk next;

    /** Of a chunk that was given back: how many lie below it, itself included. */
    int depth;

    Chunk(int capacity) {
        this(UnpooledByteBufAllocator.DEFAULT.directBuffer(capacity + SLACK), capacity);
    }

    /** Makes a chunk of the first {@code capacity} and {@link #SLACK} bytes of a buffer. */
    Chunk(ByteBuf buffer, int capacity) {
        this.buffer = buffer;
        int bytes = capacity + SLACK;
        if (buffer.capacity() < bytes) {
            throw new IllegalArgumentException("the buffer is smaller than the chunk");
        }
        this.region = Region.of(MemorySegment.ofBuffer(buffer.nioBuffer(0, bytes)));
        this.capacity = capacity;
    }

    /** Position behind its last byte; {@link #OPEN_END} while it may still grow. */
    long end() {
        return (long) END.getAcquire(this);
    }

    /** Ends there from here on; who sees the end also sees the chunk that follows. */
    void endAt(long position) {
        END.setRelease(this, position);
    }

    int remaining() {
        return capacity - written;
    }

    /** Bytes of memory that it takes. */
    int bytes() {
        return capacity + SLACK;
    }

    /** Whether the network stack still holds a part of it. */
    boolean isInUse() {
        return buffer.refCnt() > 1;
    }

    void free() {
        region.forget();
        buffer.release();
    }
}
