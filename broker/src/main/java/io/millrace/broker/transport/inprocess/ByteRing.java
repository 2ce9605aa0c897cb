package io.millrace.broker.transport.inprocess;

import io.netty.buffer.ByteBuf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of bytes from one thread to another.
 *
 * <p>Bytes are counted as positions in the whole stream: {@code head <= tail <= head + capacity}.
 * The writing thread moves {@code tail}, the reading one {@code head}; neither waits here.
 *
 * <p>Its memory may go at any time, whoever reads or writes meanwhile: that one still has the array
 * it looks at.
 */
final class ByteRing {
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;
    private static final VarHandle BYTES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(ByteRing.class, "tail", long.class);
            HEAD = lookup.findVarHandle(ByteRing.class, "head", long.class);
            BYTES = lookup.findVarHandle(ByteRing.class, "bytes", byte[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** In place of the memory of one that keeps nothing any more. */
    private static final byte[] NONE = {};

    private final int capacity;

    /**
     * All that lies between head and tail, each byte at its position modulo the length, which is a
     * power of two. Whoever looks here does so once for all it does, as it may be replaced.
     */
    private volatile byte[] bytes;

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
        this.capacity = capacity;
        bytes = new byte[capacity];
    }

    // --- the thread that writes

    /** Bytes that can be written now, at least. */
    int writable() {
        return capacity - (int) ((long) TAIL.getOpaque(this) - (long) HEAD.getAcquire(this));
    }

    /** Takes as many bytes as there is room for; returns how many. */
    int write(byte[] from, int offset, int length) {
        byte[] kept = bytes;
        if (kept == NONE) {
            return 0;
        }
        int count = Math.min(length, writable());
        int index = index(tail, kept);
        int first = Math.min(count, kept.length - index);
        System.arraycopy(from, offset, kept, index, first);
        System.arraycopy(from, offset + first, kept, 0, count - first);
        TAIL.setRelease(this, tail + count);
        return count;
    }

    /** The same for a buffer's readable bytes; the buffer's indexes stay. */
    int write(ByteBuf from) {
        byte[] kept = bytes;
        if (kept == NONE) {
            return 0;
        }
        int count = Math.min(from.readableBytes(), writable());
        int index = index(tail, kept);
        int first = Math.min(count, kept.length - index);
        from.getBytes(from.readerIndex(), kept, index, first);
        from.getBytes(from.readerIndex() + first, kept, 0, count - first);
        TAIL.setRelease(this, tail + count);
        return count;
    }

    /** Nothing more is written: keeps no more memory than what is still to be read takes. */
    void finish() {
        byte[] kept = bytes;
        int unread = (int) (tail - (long) HEAD.getAcquire(this));
        byte[] rest = NONE;
        if (unread > 0 && kept != NONE) {
            // As long as the reader looks at the former array, that has all of it, too.
            rest = new byte[Math.max(1, Integer.highestOneBit(2 * unread - 1))];
            for (long position = tail - unread; position < tail; position++) {
                rest[index(position, rest)] = kept[index(position, kept)];
            }
        }
        // Unless it was let go of meanwhile.
        BYTES.compareAndSet(this, kept, rest);
    }

    // --- the thread that reads

    /** Bytes that can be read now, at least; more than none of one that was let go of are lost. */
    int readable() {
        return (int) ((long) TAIL.getAcquire(this) - (long) HEAD.getOpaque(this));
    }

    /** Gives as many bytes as there are and wanted; returns how many. */
    int read(byte[] to, int offset, int length) {
        byte[] kept = bytes;
        if (kept == NONE) {
            return 0;
        }
        int count = Math.min(length, readable());
        int index = index(head, kept);
        int first = Math.min(count, kept.length - index);
        System.arraycopy(kept, index, to, offset, first);
        System.arraycopy(kept, 0, to, offset + first, count - first);
        HEAD.setRelease(this, head + count);
        return count;
    }

    /** The same into a buffer's writable bytes. */
    int read(ByteBuf to) {
        byte[] kept = bytes;
        if (kept == NONE) {
            return 0;
        }
        int count = Math.min(to.writableBytes(), readable());
        int index = index(head, kept);
        int first = Math.min(count, kept.length - index);
        to.writeBytes(kept, index, first);
        to.writeBytes(kept, 0, count - first);
        HEAD.setRelease(this, head + count);
        return count;
    }

    private static int index(long position, byte[] in) {
        return (int) position & in.length - 1;
    }

    // --- any thread

    /** Keeps nothing any more: from here on nothing is read or written. */
    void letGo() {
        bytes = NONE;
    }

    /** The memory it keeps. */
    int keptBytes() {
        return bytes.length;
    }
}
