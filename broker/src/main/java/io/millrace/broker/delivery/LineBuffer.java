package io.millrace.broker.delivery;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/** A line in the making; grows with what is put into it. Routing thread. */
final class LineBuffer implements AutoCloseable {
    private static final int FIRST_BYTES = 4096;
    private static final int MOST_DIGITS = 10;

    private NativeBlock block = NativeBlock.allocate(FIRST_BYTES);
    private Region region = block.region();
    private int length;

    void clear() {
        length = 0;
    }

    /** Where the line stands, from its start on. */
    Region region() {
        return region;
    }

    int length() {
        return length;
    }

    void put(byte[] bytes) {
        room(bytes.length).put(length, bytes);
        length += bytes.length;
    }

    void put(Region from, int offset, int bytes) {
        from.copy(offset, room(bytes), length, bytes);
        length += bytes;
    }

    void put(byte b) {
        room(1).putByte(length, b);
        length++;
    }

    void blank() {
        put((byte) ' ');
    }

    /** Puts a number that isn't negative, in decimal. */
    void put(int number) {
        length = putDigits(room(MOST_DIGITS), length, number, digits(number));
    }

    /** Digits of a number that isn't negative. */
    static int digits(int number) {
        int digits = 1;
        for (int rest = number; rest > 9; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /**
     * Writes a number that isn't negative, in decimal.
     *
     * @param digits how many it has
     * @return where they end
     */
    static int putDigits(Region to, int at, int number, int digits) {
        int rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            to.putByte(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        return at + digits;
    }

    /** Counts bytes as put that were written into its {@link #room}. */
    void skip(int bytes) {
        length += bytes;
    }

    /** Where so many bytes more find room, behind the line. */
    Region room(int bytes) {
        if (bytes > region.length() - length) {
            grow(Math.max(2 * region.length(), Math.addExact(length, bytes)));
        }
        return region;
    }

    private void grow(int bytes) {
        NativeBlock grown = NativeBlock.allocate(bytes);
        region.copy(0, grown.region(), 0, length);
        block.close();
        block = grown;
        region = grown.region();
    }

    @Override
    public void close() {
        block.close();
    }
}
