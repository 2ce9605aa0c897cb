package io.millrace.broker.delivery;

import io.millrace.protocol.Memory;
import io.millrace.protocol.NativeBlock;

/** A line in the making; grows with what is put into it. Routing thread. */
final class LineBuffer implements AutoCloseable {
    private static final int FIRST_BYTES = 4096;
    private static final int MOST_DIGITS = 10;

    private NativeBlock block = NativeBlock.allocate(FIRST_BYTES);
    private int capacity = FIRST_BYTES;
    private int length;

    void clear() {
        length = 0;
    }

    long address() {
        return block.address();
    }

    int length() {
        return length;
    }

    void put(byte[] bytes) {
        Memory.put(room(bytes.length), bytes);
        length += bytes.length;
    }

    void put(long from, int bytes) {
        Memory.copy(from, room(bytes), bytes);
        length += bytes;
    }

    void put(byte b) {
        Memory.putByte(room(1), b);
        length++;
    }

    void blank() {
        put((byte) ' ');
    }

    /** Puts a number that isn't negative, in decimal. */
    void put(int number) {
        long at = room(MOST_DIGITS);
        int digits = 1;
        for (int rest = number; rest > 9; rest /= 10) {
            digits++;
        }
        int rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            Memory.putByte(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        length += digits;
    }

    private long room(int bytes) {
        if (length + bytes > capacity) {
            int larger = Math.max(2 * capacity, length + bytes);
            NativeBlock grown = NativeBlock.allocate(larger);
            Memory.copy(block.address(), grown.address(), length);
            block.close();
            block = grown;
            capacity = larger;
        }
        return block.address() + length;
    }

    @Override
    public void close() {
        block.close();
    }
}
