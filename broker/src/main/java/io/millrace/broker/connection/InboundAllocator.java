package io.millrace.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;

/**
 * Makes a channel read into the memory of its connection: the transport asks its channel's
 * allocator for the buffer of each read, and this one answers with {@link Inbound#bufferForRead}.
 *
 * <p>The transport wraps the receive handle, so the allocator is the only place where a channel can
 * choose. Everything but direct buffers comes from the ordinary allocator.
 */
final class InboundAllocator implements ByteBufAllocator {
    private static final ByteBufAllocator ORDINARY = ByteBufAllocator.DEFAULT;

    private final Inbound inbound;

    InboundAllocator(Inbound inbound) {
        this.inbound = inbound;
    }

    @Override
    public ByteBuf ioBuffer(int initialCapacity) {
        return inbound.bufferForRead();
    }

    @Override
    public ByteBuf directBuffer(int initialCapacity) {
        return inbound.bufferForRead();
    }

    @Override
    public ByteBuf buffer() {
        return ORDINARY.buffer();
    }

    @Override
    public ByteBuf buffer(int initialCapacity) {
        return ORDINARY.buffer(initialCapacity);
    }

    @Override
    public ByteBuf buffer(int initialCapacity, int maxCapacity) {
        return ORDINARY.buffer(initialCapacity, maxCapacity);
    }

    @Override
    public ByteBuf ioBuffer() {
        return ORDINARY.ioBuffer();
    }

    @Override
    public ByteBuf ioBuffer(int initialCapacity, int maxCapacity) {
        return ORDINARY.ioBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public ByteBuf heapBuffer() {
        return ORDINARY.heapBuffer();
    }

    @Override
    public ByteBuf heapBuffer(int initialCapacity) {
        return ORDINARY.heapBuffer(initialCapacity);
    }

    @Override
    public ByteBuf heapBuffer(int initialCapacity, int maxCapacity) {
        return ORDINARY.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public ByteBuf directBuffer() {
        return ORDINARY.directBuffer();
    }

    @Override
    public ByteBuf directBuffer(int initialCapacity, int maxCapacity) {
        return ORDINARY.directBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public CompositeByteBuf compositeBuffer() {
        return ORDINARY.compositeBuffer();
    }

    @Override
    public CompositeByteBuf compositeBuffer(int maxNumComponents) {
        return ORDINARY.compositeBuffer(maxNumComponents);
    }

    @Override
    public CompositeByteBuf compositeHeapBuffer() {
        return ORDINARY.compositeHeapBuffer();
    }

    @Override
    public CompositeByteBuf compositeHeapBuffer(int maxNumComponents) {
        return ORDINARY.compositeHeapBuffer(maxNumComponents);
    }

    @Override
    public CompositeByteBuf compositeDirectBuffer() {
        return ORDINARY.compositeDirectBuffer();
    }

    @Override
    public CompositeByteBuf compositeDirectBuffer(int maxNumComponents) {
        return ORDINARY.compositeDirectBuffer(maxNumComponents);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return ORDINARY.isDirectBufferPooled();
    }

    @Override
    public int calculateNewCapacity(int minNewCapacity, int maxCapacity) {
        return ORDINARY.calculateNewCapacity(minNewCapacity, maxCapacity);
    }
}
