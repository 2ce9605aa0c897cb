package io.millrace.broker.connection;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.Region;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

/**
 * A message larger than a stretch, or a line, as far as it has come. Belongs to the connection's
 * I/O loop.
 *
 * <p>Its memory grows with what has come, not with what was promised: a line that announces a
 * million bytes costs its sender a million bytes before it costs us as many.
 */
final class LargeMessage {
    /** Memory to begin with, beside what has come already. */
    private static final int FIRST_BYTES = 32 * 1024;

    private static final int UNKNOWN = Integer.MAX_VALUE;

    /** How much larger it gets each time it is full; so a quarter or so is copied twice. */
    private static final int GROWTH = 4;

    private final IoLoop loop;
    private final Debtor debtor;

    /** Bytes it will have in all; {@link #UNKNOWN} as long as it is a line without its end. */
    private int needed;

    private ByteBuf memory;

    /** The memory, once it was asked for. */
    private @Nullable Region region;

    /**
     * Begins with what has come of a message.
     *
     * @param needed bytes it will have in all
     * @param bytes where its first bytes stand
     * @param offset of the first one
     * @param length how many have come, fewer than needed
     */
    LargeMessage(IoLoop loop, Debtor debtor, int needed, Region bytes, int offset, int length) {
        this.loop = loop;
        this.debtor = debtor;
        this.needed = needed;
        memory = allocate(length + FIRST_BYTES);
        bytes.copy(offset, region(), 0, length);
        memory.writerIndex(length);
    }

    /** Begins with what has come of a line, which may have a payload or not. */
    static LargeMessage ofLine(IoLoop loop, Debtor debtor, Region bytes, int offset, int length) {
        return new LargeMessage(loop, debtor, UNKNOWN, bytes, offset, length);
    }

    /** Whether it is a line of which it isn't known how long it is, nor what stands behind it. */
    boolean isLine() {
        return needed == UNKNOWN;
    }

    /**
     * More of it has to come.
     *
     * @param bytes how many it will have in all, more than there are; 0 if that isn't known
     */
    void needs(int bytes) {
        if (bytes == 0) {
            return;
        }
        needed = bytes;
        int before = memory.capacity();
        if (before > bytes) {
            forgetRegion();
            memory.capacity(bytes);
            loop.charge(debtor, Debt.LARGE_MESSAGES, bytes - before);
        }
    }

    private ByteBuf allocate(long bytes) {
        int capacity = (int) Math.min(bytes, needed);
        ByteBuf allocated = ByteBufAllocator.DEFAULT.directBuffer(capacity, capacity);
        loop.charge(debtor, Debt.LARGE_MESSAGES, capacity);
        return allocated;
    }

    /** Where it stands, to be read into; never full but when it is complete. */
    ByteBuf memory() {
        if (!memory.isWritable() && !isComplete()) {
            ByteBuf small = memory;
            memory = allocate((long) GROWTH * small.capacity());
            memory.writeBytes(small);
            free(small);
        }
        return memory;
    }

    /** The same as a region, until it grows or is released. */
    Region region() {
        Region all = region;
        if (all == null) {
            all = Stretch.regionOf(memory);
            region = all;
        }
        return all;
    }

    private void forgetRegion() {
        if (region != null) {
            region.forget();
            region = null;
        }
    }

    /** Whether a buffer is the one it stands in. */
    boolean isIn(ByteBuf buffer) {
        return buffer == memory;
    }

    boolean isComplete() {
        return memory.writerIndex() == needed;
    }

    private void free(ByteBuf buffer) {
        forgetRegion();
        loop.charge(debtor, Debt.LARGE_MESSAGES, -buffer.capacity());
        buffer.release();
    }

    /** Gives the memory back; by the loop, when nobody reads it any more. */
    void release() {
        free(memory);
    }
}
