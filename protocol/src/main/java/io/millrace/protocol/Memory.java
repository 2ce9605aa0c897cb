package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import sun.misc.Unsafe;

import java.util.Objects;

/**
 * Raw access to native memory by absolute address: the one place where it happens.
 *
 * <p>Through {@link Unsafe} where the JVM was told to allow it, as {@code config/jvm.options} does:
 * the compilers know its methods as single instructions, so that even a server that has just
 * started is fast. Elsewhere, in applications that embed a server, through the FFM API, which is as
 * fast once it is compiled.
 *
 * <p>Nothing is checked. Callers own the memory and know its bounds. All values are in native byte
 * order; use {@link #word} to build words that compare equal to bytes read from memory.
 */
@SuppressWarnings("removal")
public final class Memory {
    private static final @Nullable Unsafe UNSAFE = UnsafeAccess.ifAllowed();

    /** Below this, copying word by word beats the call into the bulk copy. */
    private static final int SMALL_COPY_BYTES = 64;

    /** Odd, and its bits look random: what {@link #hash} multiplies with. */
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    private Memory() {}

    public static byte getByte(long address) {
        return UNSAFE == null ? Segments.getByte(address) : UNSAFE.getByte(address);
    }

    public static void putByte(long address, byte value) {
        if (UNSAFE == null) {
            Segments.putByte(address, value);
        } else {
            UNSAFE.putByte(address, value);
        }
    }

    public static int getInt(long address) {
        return UNSAFE == null ? Segments.getInt(address) : UNSAFE.getInt(address);
    }

    public static void putInt(long address, int value) {
        if (UNSAFE == null) {
            Segments.putInt(address, value);
        } else {
            UNSAFE.putInt(address, value);
        }
    }

    public static long getLong(long address) {
        return UNSAFE == null ? Segments.getLong(address) : UNSAFE.getLong(address);
    }

    public static void putLong(long address, long value) {
        if (UNSAFE == null) {
            Segments.putLong(address, value);
        } else {
            UNSAFE.putLong(address, value);
        }
    }

    /** Copies {@code length} bytes between regions that don't overlap. */
    public static void copy(long from, long to, int length) {
        if (length > SMALL_COPY_BYTES) {
            if (UNSAFE == null) {
                Segments.copy(from, to, length);
            } else {
                UNSAFE.copyMemory(from, to, length);
            }
            return;
        }
        int done = 0;
        for (; done <= length - Long.BYTES; done += Long.BYTES) {
            putLong(to + done, getLong(from + done));
        }
        if (done <= length - Integer.BYTES) {
            putInt(to + done, getInt(from + done));
            done += Integer.BYTES;
        }
        for (; done < length; done++) {
            putByte(to + done, getByte(from + done));
        }
    }

    /** Copies all of {@code bytes} to {@code to}. */
    public static void put(long to, byte[] bytes) {
        put(to, bytes, 0, bytes.length);
    }

    /** Copies {@code length} bytes of an array, from its index {@code at} on, to {@code to}. */
    public static void put(long to, byte[] bytes, int at, int length) {
        if (UNSAFE == null) {
            Segments.put(to, bytes, at, length);
        } else {
            Objects.checkFromIndexSize(at, length, bytes.length);
            UNSAFE.copyMemory(bytes, Unsafe.ARRAY_BYTE_BASE_OFFSET + at, null, to, length);
        }
    }

    /** Copies {@code length} bytes into an array, from its index {@code at} on. */
    public static void get(long from, byte[] bytes, int at, int length) {
        if (UNSAFE == null) {
            Segments.get(from, bytes, at, length);
        } else {
            Objects.checkFromIndexSize(at, length, bytes.length);
            UNSAFE.copyMemory(null, from, bytes, Unsafe.ARRAY_BYTE_BASE_OFFSET + at, length);
        }
    }

    /** Returns a copy of {@code length} bytes. */
    public static byte[] bytes(long from, int length) {
        byte[] copy = new byte[length];
        get(from, copy, 0, length);
        return copy;
    }

    /** Returns whether two regions hold the same {@code length} bytes. */
    public static boolean equal(long a, long b, int length) {
        int done = 0;
        for (; done <= length - Long.BYTES; done += Long.BYTES) {
            if (getLong(a + done) != getLong(b + done)) {
                return false;
            }
        }
        for (; done < length; done++) {
            if (getByte(a + done) != getByte(b + done)) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether memory at {@code address} holds exactly {@code bytes}. */
    public static boolean equal(long address, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (getByte(address + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns a hash of {@code length} bytes: never the same 64 bits by accident of length, well
     * mixed in its low and high halves.
     */
    public static long hash(long address, int length) {
        long hash = length * 0x9E3779B97F4A7C15L;
        int done = 0;
        for (; done <= length - Long.BYTES; done += Long.BYTES) {
            hash = mix(hash ^ getLong(address + done));
        }
        long rest = 0;
        for (int shift = 0; done < length; done++, shift += Byte.SIZE) {
            rest |= (getByte(address + done) & 0xFFL) << shift;
        }
        // Bits move only upwards in a product; with its upper 64 folded in, the last bytes count
        // everywhere.
        long last = hash ^ rest;
        return Math.unsignedMultiplyHigh(last, FACTOR) ^ last * FACTOR;
    }

    private static long mix(long value) {
        long product = value * FACTOR;
        return product ^ (product >>> 32);
    }
}
