package io.millrace.broker.connection;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.Region;
import io.netty.buffer.ByteBuf;

/**
 * The bytes of an unfinished command, kept from one read to the next.
 *
 * <p>A few hundred bytes at most times, so a small array stays with the connection; a large one
 * goes back to the loop's {@linkplain SpareArrays spare ones} when it is empty, so an idle
 * connection holds little.
 */
final class Carry {
    private static final byte[] EMPTY = {};
    private static final int SMALLEST = 256;
    private static final int KEPT_WHEN_EMPTY = 4096;

    private final IoLoop loop;
    private final Debtor debtor;
    private byte[] bytes = EMPTY;
    private int length;

    Carry(IoLoop loop, Debtor debtor) {
        this.loop = loop;
        this.debtor = debtor;
    }

    int length() {
        return length;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** Appends bytes from native memory. */
    void append(Region from, int offset, int count) {
        if (count == 0) {
            return;
        }
        reserve(count);
        from.get(offset, bytes, length, count);
        length += count;
    }

    /** Appends all that a buffer has to read, whatever kind of buffer it is. */
    void append(ByteBuf from) {
        int count = from.readableBytes();
        reserve(count);
        from.readBytes(bytes, length, count);
        length += count;
    }

    private void reserve(int count) {
        if (bytes.length < length + count) {
            int capacity = Integer.highestOneBit(Math.max(SMALLEST, length + count) * 2 - 1);
            byte[] larger = array(capacity);
            System.arraycopy(bytes, 0, larger, 0, length);
            use(larger);
        }
    }

    private byte[] array(int capacity) {
        byte[] spare =
                capacity > KEPT_WHEN_EMPTY && capacity <= SpareArrays.BYTES
                        ? loop.spares().take()
                        : null;
        return spare == null ? new byte[capacity] : spare;
    }

    /** Copies all bytes to the start of native memory. */
    void copyTo(Region to) {
        to.put(0, bytes, 0, length);
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT_WHEN_EMPTY) {
            use(EMPTY);
        }
    }

    private void use(byte[] array) {
        loop.charge(debtor, Debt.INBOUND, array.length - bytes.length);
        loop.spares().give(bytes);
        bytes = array;
    }

    /** Keeps nothing any more. */
    void release() {
        length = 0;
        use(EMPTY);
    }
}
