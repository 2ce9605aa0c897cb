package io.millrace.broker.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses by nothing but arrays: for a JVM that warns of what faster ones are made of. What it
 * writes is described at {@link S2Block}.
 *
 * <p>Content is taken in pieces of 64 KiB, so that each copy has an offset of two bytes. In each,
 * words of four bytes are looked for where the last one with the same hash stood.
 */
final class PlainSnappy implements SnappyBlocks {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int PIECE_BYTES = 64 * 1024;
    private static final int HASH_BITS = 14;
    private static final int HASH_FACTOR = 0x1E35_A7BD;

    /** After so many words that were found nowhere, each further step is one byte longer. */
    private static final int PATIENCE_BITS = 5;

    private static final int COPY = 2;
    private static final int MOST_COPIED = 64;
    private static final int SIZE_SHIFT = 2;
    private static final int LONG_LITERAL = 60;
    private static final int LENGTH_BITS = 7;
    private static final int MORE_LENGTH = 0x80;

    /** Where a word of this hash began, counted from the piece. */
    private final short[] places = new short[1 << HASH_BITS];

    private byte[] in = {};
    private byte[] out = {};
    private int written;

    @Override
    public int maxBytes(int contentBytes) {
        // The length, and what literals that are never worth their tag take on top.
        return 32 + contentBytes + contentBytes / 6;
    }

    @Override
    public int compress(byte[] from, int bytes, byte[] to) {
        in = from;
        out = to;
        written = 0;
        int left = bytes;
        while (left >= MORE_LENGTH) {
            put(left | MORE_LENGTH);
            left >>>= LENGTH_BITS;
        }
        put(left);
        for (int start = 0; start < bytes; start += PIECE_BYTES) {
            piece(start, Math.min(bytes, start + PIECE_BYTES));
        }
        return written;
    }

    private void piece(int start, int end) {
        Arrays.fill(places, (short) 0);
        int done = start;
        int at = start + 1;
        int misses = 0;
        while (at + Integer.BYTES <= end) {
            int word = (int) INT.get(in, at);
            int hash = word * HASH_FACTOR >>> Integer.SIZE - HASH_BITS;
            int before = start + (places[hash] & 0xFFFF);
            places[hash] = (short) (at - start);
            if ((int) INT.get(in, before) != word) {
                at += 1 + (misses++ >>> PATIENCE_BITS);
                continue;
            }
            misses = 0;
            literal(done, at);
            int size = Integer.BYTES;
            while (at + size < end && in[before + size] == in[at + size]) {
                size++;
            }
            copy(at - before, size);
            at += size;
            done = at;
        }
        literal(done, end);
    }

    private void literal(int from, int to) {
        int size = to - from;
        if (size == 0) {
            return;
        }
        int less = size - 1;
        if (less < LONG_LITERAL) {
            put(less << SIZE_SHIFT);
        } else if (less < 1 << Byte.SIZE) {
            put(LONG_LITERAL << SIZE_SHIFT);
            put(less);
        } else {
            put(LONG_LITERAL + 1 << SIZE_SHIFT);
            put(less);
            put(less >>> Byte.SIZE);
        }
        System.arraycopy(in, from, out, written, size);
        written += size;
    }

    private void copy(int offset, int size) {
        int left = size;
        while (left > 0) {
            int some = Math.min(left, MOST_COPIED);
            put(some - 1 << SIZE_SHIFT | COPY);
            put(offset);
            put(offset >>> Byte.SIZE);
            left -= some;
        }
    }

    private void put(int value) {
        out[written++] = (byte) value;
    }
}
