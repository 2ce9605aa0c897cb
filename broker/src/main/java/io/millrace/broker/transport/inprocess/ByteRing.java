package io.millrace.broker.transport.inprocess;

import io.netty.buffer.ByteBuf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of bytes from one thread to another.
 *
 * <p>Bytes are counted as positions in the whole stream: {@code head <= tail <= head + capacity}.
 * The writing thread moves {@code tail}, the reading one {@code head}; neither waits here.
 */
final class ByteRing {
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(ByteRing.class, "tail", long.class);
            HEAD = lookup.findVarHandle(ByteRing.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final byte[] bytes;

    /** Of the next byte that is written. */
    private long tail;

    /** Of the next byte that is read. */
    private long head;

    /**
     * Makes an empty one.
     *
     * @param capacity bytes it has room for, a power of two
     */
    ByteRing(int capacity) {
        bytes = new byte[capacity];
    }

    // --- the thread that writes

    /** Bytes that can be written now, at least. */
    int writable() {
        return bytes.length - (int) ((long) TAIL.getOpaque(this) - (long) HEAD.getAcquire(this));
    }

    /** Takes as many bytes as there is room for; returns how many. */
    int write(byte[] from, int offset, int length) {
        int count = Math.min(length, writable());
        int index = index(tail);
        int first = Math.min(count, bytes.length - index);
        System.arraycopy(from, offset, bytes, index, first);
        System.arraycopy(from, offset + first, bytes, 0, count - first);
        TAIL.setRelease(this, tail + count);
        return count;
    }

    /** The same for a buffer's readable bytes; the buffer's indexes stay. */
    int write(ByteBuf from) {
        int count = Math.min(from.readableBytes(), writable());
        int index = index(tail);
        int first = Math.min(count, bytes.length - index);
        from.getBytes(from.readerIndex(), bytes, index, first);
        from.getBytes(from.readerIndex() + first, bytes, 0, count - first);
        TAIL.setRelease(this, tail + count);
        return count;
    }

    // --- the thread that reads

    /** Bytes that can be read now, at least. */
    int readable() {
        return (int) ((long) TAIL.getAcquire(this) - (long) HEAD.getOpaque(this));
    }

    /** Gives as many bytes as there are and wanted; returns how many. */
    int read(byte[] to, int offset, int length) {
        int count = Math.min(length, readable());
        int index = index(head);
        int first = Math.min(count, bytes.length - index);
        System.arraycopy(bytes, index, to, offset, first);
        System.arraycopy(bytes, 0, to, offset + first, count - first);
        HEAD.setRelease(this, head + count);
        return count;
    }

    /** The same into a buffer's writable bytes. */
    int read(ByteBuf to) {
        int count = Math.min(to.writableBytes(), readable());
        int index = index(head);
        int first = Math.min(count, bytes.length - index);
        to.writeBytes(bytes, index, first);
        to.writeBytes(bytes, 0, count - first);
        HEAD.setRelease(this, head + count);
        return count;
    }

    private int index(long position) {
        return (int) position & bytes.length - 1;
    }
}
