package io.millrace.broker.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decodes blocks of S2, and so of Snappy: literals and copies of what was decoded before.
 *
 * <pre>
 * element       tag (two low bits are the kind)   follows
 * literal  00   size - 1                          size bytes
 * literal  00   60 .. 63                          size - 1 in 1 .. 4 bytes, size bytes
 * copy     01   size - 4 in 3 bits, offset / 256  offset % 256, not both 0
 * repeat   01   size - 4, or 5 .. 7; 0            0, size - 8 in 1, - 260 in 2, - 65540 in 3 bytes
 * copy     10   size - 1                          offset in 2 bytes
 * copy     11   size - 1                          offset in 4 bytes
 * </pre>
 *
 * <p>A repeat has the offset of the last copy of its block.
 */
final class S2Block {
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private static final int LITERAL = 0;
    private static final int NEAR_COPY = 1;
    private static final int COPY = 2;

    /** Sizes of literals from here on don't fit into the tag. */
    private static final int LONG_LITERAL = 60;

    /** Sizes of repeats from here on don't fit into the tag. */
    private static final int LONG_REPEAT = 5;

    private static final int SMALL_COPY_BYTES = 64;

    private S2Block() {}

    private static VarHandle view(Class<?> words) {
        return MethodHandles.byteArrayViewVarHandle(words, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Decodes a block.
     *
     * @param in holds it, with {@link Workspace#SLACK_BYTES} behind it
     * @param from where it begins in {@code in}
     * @param to where it ends in {@code in}
     * @param out gets the content, from index 0, and has the same slack
     * @param length of the content
     * @throws CorruptStreamException if the block is damaged, or isn't of this length
     */
    static void decode(byte[] in, int from, int to, byte[] out, int length)
            throws CorruptStreamException {
        int next = from;
        int done = 0;
        int offset = 0;
        while (next < to) {
            int tag = in[next] & 0xFF;
            // Belongs to what follows the block, perhaps; then the end is found to be passed.
            int word = (int) INT.get(in, next + 1);
            int size = 1 + (tag >>> 2);
            switch (tag & 0b11) {
                case LITERAL -> {
                    next++;
                    if (size > LONG_LITERAL) {
                        int sizeBytes = size - LONG_LITERAL;
                        next += sizeBytes;
                        size = 1 + lowBytes(word, sizeBytes);
                    }
                    // A size that doesn't fit into an int is 0 or negative here.
                    if (size <= 0 || size > to - next || size > length - done) {
                        throw new CorruptStreamException("a literal is too long for its block");
                    }
                    copyLiteral(in, next, out, done, size);
                    next += size;
                    done += size;
                    continue;
                }
                case NEAR_COPY -> {
                    next += 2;
                    int near = (tag & 0b1110_0000) << 3 | word & 0xFF;
                    size = tag >>> 2 & 0b111;
                    if (near != 0) {
                        offset = near;
                    } else if (size >= LONG_REPEAT) {
                        int sizeBytes = size - LONG_REPEAT + 1;
                        next += sizeBytes;
                        size = longRepeat(word >>> 8, sizeBytes);
                    }
                    size += 4;
                }
                case COPY -> {
                    next += 3;
                    offset = word & 0xFFFF;
                }
                default -> {
                    next += 5;
                    offset = word;
                }
            }
            if (next > to) {
                throw new CorruptStreamException("a block ends in the middle of a copy");
            }
            // An offset that doesn't fit into an int is negative here.
            if (offset <= 0 || offset > done) {
                throw new CorruptStreamException("a copy begins before its block");
            }
            if (size > length - done) {
                throw new CorruptStreamException("a copy is too long for its block");
            }
            copyBack(out, done, offset, size);
            done += size;
        }
        if (done != length) {
            throw new CorruptStreamException("a block is shorter than it says");
        }
    }

    private static int lowBytes(int word, int count) {
        return word & -1 >>> Integer.SIZE - count * Byte.SIZE;
    }

    private static int longRepeat(int bytes, int count) {
        int least =
                switch (count) {
                    case 1 -> 4;
                    case 2 -> 256;
                    default -> 65536;
                };
        return least + lowBytes(bytes, count);
    }

    private static void copyLiteral(byte[] in, int from, byte[] out, int to, int size) {
        if (size <= 2 * Long.BYTES) {
            LONG.set(out, to, (long) LONG.get(in, from));
            LONG.set(out, to + Long.BYTES, (long) LONG.get(in, from + Long.BYTES));
        } else {
            System.arraycopy(in, from, out, to, size);
        }
    }

    /** Copies from {@code offset} bytes before; where that overlaps, bytes repeat. */
    private static void copyBack(byte[] out, int to, int offset, int size) {
        if (size > SMALL_COPY_BYTES && offset >= size) {
            System.arraycopy(out, to - offset, out, to, size);
            return;
        }
        int distance = offset;
        int copied = 0;
        if (offset < Long.BYTES) {
            // What repeats each 3 bytes repeats each 9, too: far enough to copy words.
            while (distance < Long.BYTES) {
                distance += offset;
            }
            for (int single = Math.min(size, distance - offset); copied < single; copied++) {
                out[to + copied] = out[to - offset + copied];
            }
        }
        for (; copied < size; copied += Long.BYTES) {
            LONG.set(out, to + copied, (long) LONG.get(out, to + copied - distance));
        }
    }
}
