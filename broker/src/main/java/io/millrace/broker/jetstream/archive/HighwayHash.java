package io.millrace.broker.jetstream.archive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * HighwayHash with 64 bits, of bytes that come in pieces: with it the reference seals the records
 * of its files. See <a href="https://arxiv.org/abs/1612.06257">the paper</a>.
 */
final class HighwayHash {
    static final int KEY_BYTES = 32;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int LANES = 4;
    private static final int PACKET_BYTES = LANES * Long.BYTES;
    private static final int LAST_ROUNDS = 4;
    private static final int HALF_PACKET = PACKET_BYTES / 2;

    private static final long[] MUL0 = {
        0xdbe6d5d5fe4cce2fL, 0xa4093822299f31d0L, 0x13198a2e03707344L, 0x243f6a8885a308d3L
    };
    private static final long[] MUL1 = {
        0x3bd39e10cb0ef593L, 0xc0acf169b5f18a8cL, 0xbe5466cf34e90c6cL, 0x452821e638d01377L
    };

    private final long[] key = new long[LANES];
    private final long[] v0 = new long[LANES];
    private final long[] v1 = new long[LANES];
    private final long[] mul0 = new long[LANES];
    private final long[] mul1 = new long[LANES];
    private final byte[] packet = new byte[PACKET_BYTES];
    private int held;

    /**
     * Makes one.
     *
     * @param key of {@link #KEY_BYTES}
     */
    HighwayHash(byte[] key) {
        for (int lane = 0; lane < LANES; lane++) {
            this.key[lane] = (long) LONG.get(key, lane * Long.BYTES);
        }
        reset();
    }

    /** Begins anew. */
    void reset() {
        for (int lane = 0; lane < LANES; lane++) {
            mul0[lane] = MUL0[lane];
            mul1[lane] = MUL1[lane];
            v0[lane] = MUL0[lane] ^ key[lane];
            v1[lane] = MUL1[lane] ^ Long.rotateLeft(key[lane], Integer.SIZE);
        }
        held = 0;
    }

    /** Adds bytes. */
    void add(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (held == 0 && to - at >= PACKET_BYTES) {
                mix(bytes, at);
                at += PACKET_BYTES;
                continue;
            }
            int more = Math.min(PACKET_BYTES - held, to - at);
            System.arraycopy(bytes, at, packet, held, more);
            held += more;
            at += more;
            if (held == PACKET_BYTES) {
                mix(packet, 0);
                held = 0;
            }
        }
    }

    /** The hash of what was added; only {@link #reset} may follow. */
    long finish() {
        if (held > 0) {
            mixRest();
        }
        for (int round = 0; round < LAST_ROUNDS; round++) {
            for (int lane = 0; lane < LANES; lane++) {
                long turned = Long.rotateLeft(v0[lane ^ 2], Integer.SIZE);
                LONG.set(packet, lane * Long.BYTES, turned);
            }
            mix(packet, 0);
        }
        return v0[0] + v1[0] + mul0[0] + mul1[0];
    }

    /** What is left at the end, less than a packet: its length changes the state, too. */
    private void mixRest() {
        int size = held;
        int rest = size & Integer.BYTES - 1;
        int whole = size - rest;
        for (int lane = 0; lane < LANES; lane++) {
            v0[lane] += ((long) size << Integer.SIZE) + size;
            int low = Integer.rotateLeft((int) v1[lane], size);
            int high = Integer.rotateLeft((int) (v1[lane] >>> Integer.SIZE), size);
            v1[lane] = (long) high << Integer.SIZE | low & 0xFFFF_FFFFL;
        }
        byte[] last = new byte[PACKET_BYTES];
        System.arraycopy(packet, 0, last, 0, whole);
        if (size >= HALF_PACKET) {
            // The last four bytes there are, whether or not they stand in a word of their own.
            int word = (int) INT.get(packet, size - Integer.BYTES);
            INT.set(last, PACKET_BYTES - Integer.BYTES, word);
        } else if (rest > 0) {
            last[HALF_PACKET] = packet[whole];
            last[HALF_PACKET + 1] = packet[whole + (rest >>> 1)];
            last[HALF_PACKET + 2] = packet[whole + rest - 1];
        }
        mix(last, 0);
    }

    private void mix(byte[] from, int at) {
        for (int lane = 0; lane < LANES; lane++) {
            v1[lane] += (long) LONG.get(from, at + lane * Long.BYTES) + mul0[lane];
            mul0[lane] ^= (v1[lane] & 0xFFFF_FFFFL) * (v0[lane] >>> Integer.SIZE);
            v0[lane] += mul1[lane];
            mul1[lane] ^= (v0[lane] & 0xFFFF_FFFFL) * (v1[lane] >>> Integer.SIZE);
        }
        zip(v1, v0);
        zip(v0, v1);
    }

    /** Adds the bytes of each pair of lanes, in another order, to those of another vector. */
    private static void zip(long[] from, long[] to) {
        for (int pair = 0; pair < LANES; pair += 2) {
            long low = from[pair];
            long high = from[pair + 1];
            to[pair] +=
                    b(low, 3)
                            | b(high, 4) << 8
                            | b(low, 2) << 16
                            | b(low, 5) << 24
                            | b(high, 6) << 32
                            | b(low, 1) << 40
                            | b(high, 7) << 48
                            | b(low, 0) << 56;
            to[pair + 1] +=
                    b(high, 3)
                            | b(low, 4) << 8
                            | b(high, 2) << 16
                            | b(high, 5) << 24
                            | b(high, 1) << 32
                            | b(low, 6) << 40
                            | b(high, 0) << 48
                            | b(low, 7) << 56;
        }
    }

    private static long b(long word, int index) {
        return word >>> index * Byte.SIZE & 0xFF;
    }
}
