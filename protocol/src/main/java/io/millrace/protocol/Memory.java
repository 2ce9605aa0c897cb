package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import sun.misc.Unsafe;

import java.util.Objects;

/**
 * Raw access to native memory by absolute address: the one place where it happens.
 *
 * <p>Through {@link Unsafe} where the JVM was told to allow it, as {@code config/jvm.options} does:
 * the compilers know its methods as single instructions, so that even a server that has just
 * started is fast. Elsewhere, in applications that embed a server, through the FFM API, see {@link
 * Segments}: as fast once it is compiled if the application lets us call native code, and with an
 * address of our own making if it doesn't.
 *
 * <p>Nothing is checked: that is what {@link Region} is for, {@link FrameBlock} for its frames, and
 * {@link ProtocolParser} for the bytes it walks along. All values are in native byte order.
 */
@SuppressWarnings("removal")
final class Memory {
    private static final @Nullable Unsafe UNSAFE = JvmAccess.unsafeIfAllowed();

    /** Below this, copying word by word beats the call into the bulk copy. */
    private static final int SMALL_COPY_BYTES = 64;

    private static final int TWO_WORDS = 2 * Long.BYTES;

    private Memory() {}

    static byte getByte(long address) {
        return UNSAFE == null ? Segments.getByte(address) : UNSAFE.getByte(address);
    }

    static void putByte(long address, byte value) {
        if (UNSAFE == null) {
            Segments.putByte(address, value);
        } else {
            UNSAFE.putByte(address, value);
        }
    }

    static int getInt(long address) {
        return UNSAFE == null ? Segments.getInt(address) : UNSAFE.getInt(address);
    }

    static void putInt(long address, int value) {
        if (UNSAFE == null) {
            Segments.putInt(address, value);
        } else {
            UNSAFE.putInt(address, value);
        }
    }

    static long getLong(long address) {
        return UNSAFE == null ? Segments.getLong(address) : UNSAFE.getLong(address);
    }

    static void putLong(long address, long value) {
        if (UNSAFE == null) {
            Segments.putLong(address, value);
        } else {
            UNSAFE.putLong(address, value);
        }
    }

    /** Copies {@code length} bytes between regions that don't overlap. */
    static void copy(long from, long to, int length) {
        if (length > SMALL_COPY_BYTES) {
            if (UNSAFE == null) {
                Segments.copy(from, to, length);
            } else {
                UNSAFE.copyMemory(from, to, length);
            }
            return;
        }
        if (length >= Long.BYTES) {
            // The last word overlaps the one before, rather than to copy what is left by bytes.
            int last = length - Long.BYTES;
            for (int done = 0; done < last; done += Long.BYTES) {
                putLong(to + done, getLong(from + done));
            }
            putLong(to + last, getLong(from + last));
        } else if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            putInt(to, getInt(from));
            putInt(to + last, getInt(from + last));
        } else {
            for (int done = 0; done < length; done++) {
                putByte(to + done, getByte(from + done));
            }
        }
    }

    /** Copies {@code length} bytes of an array, from its index {@code at} on, to {@code to}. */
    static void put(long to, byte[] bytes, int at, int length) {
        if (UNSAFE == null) {
            Segments.put(to, bytes, at, length);
        } else {
            Objects.checkFromIndexSize(at, length, bytes.length);
            put(UNSAFE, to, bytes, Unsafe.ARRAY_BYTE_BASE_OFFSET + at, length);
        }
    }

    /** The same by {@link Unsafe}, from an offset that is checked. */
    private static void put(Unsafe unsafe, long to, byte[] bytes, long from, int length) {
        if (length > SMALL_COPY_BYTES) {
            unsafe.copyMemory(bytes, from, null, to, length);
        } else if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int done = 0; done < last; done += Long.BYTES) {
                unsafe.putLong(to + done, unsafe.getLong(bytes, from + done));
            }
            unsafe.putLong(to + last, unsafe.getLong(bytes, from + last));
        } else {
            for (int done = 0; done < length; done++) {
                unsafe.putByte(to + done, unsafe.getByte(bytes, from + done));
            }
        }
    }

    /** Copies {@code length} bytes into an array, from its index {@code at} on. */
    static void get(long from, byte[] bytes, int at, int length) {
        if (UNSAFE == null) {
            Segments.get(from, bytes, at, length);
        } else {
            Objects.checkFromIndexSize(at, length, bytes.length);
            UNSAFE.copyMemory(null, from, bytes, Unsafe.ARRAY_BYTE_BASE_OFFSET + at, length);
        }
    }

    /** Returns a copy of {@code length} bytes. */
    static byte[] bytes(long from, int length) {
        byte[] copy = new byte[length];
        get(from, copy, 0, length);
        return copy;
    }

    /** Returns whether two regions hold the same {@code length} bytes. */
    static boolean equal(long a, long b, int length) {
        if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int done = 0; done < last; done += Long.BYTES) {
                if (getLong(a + done) != getLong(b + done)) {
                    return false;
                }
            }
            return getLong(a + last) == getLong(b + last);
        }
        if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            return getInt(a) == getInt(b) && getInt(a + last) == getInt(b + last);
        }
        for (int done = 0; done < length; done++) {
            if (getByte(a + done) != getByte(b + done)) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether memory at {@code address} holds exactly {@code bytes}. */
    static boolean equal(long address, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (getByte(address + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many bytes stand in front of the first of this value, at most {@code length}. */
    static int indexOf(long address, int length, byte value) {
        int done = 0;
        while (done < length && getByte(address + done) != value) {
            done++;
        }
        return done;
    }

    /**
     * Returns a hash of {@code length} bytes, see {@link HashSecret}: never the same 64 bits by
     * accident of length, well mixed in its low and high halves.
     */
    static long hash(long address, int length) {
        long hash = HashSecret.SEED ^ length * HashSecret.LENGTH_FACTOR;
        long at = address;
        int left = length;
        while (left > 2 * TWO_WORDS) {
            hash = mix(getLong(at) ^ HashSecret.FACTOR, getLong(at + Long.BYTES) ^ hash);
            at += TWO_WORDS;
            left -= TWO_WORDS;
        }
        if (left > TWO_WORDS) {
            // Neither product waits for the other; they may share words.
            long end = at + left - TWO_WORDS;
            return mix(getLong(at) ^ HashSecret.FACTOR, getLong(at + Long.BYTES) ^ hash)
                    ^ mix(getLong(end) ^ HashSecret.END_FACTOR, getLong(end + Long.BYTES) ^ hash);
        }
        if (left >= Long.BYTES) {
            long last = getLong(at + left - Long.BYTES);
            return mix(getLong(at) ^ HashSecret.FACTOR, last ^ hash);
        }
        return mix(HashSecret.FACTOR, few(at, left) ^ hash);
    }

    /** A hash of bytes on the heap; not that of the same bytes elsewhere. */
    static long hash(byte[] bytes) {
        long hash = HashSecret.SEED ^ bytes.length * HashSecret.LENGTH_FACTOR;
        for (byte each : bytes) {
            hash = mix(HashSecret.FACTOR, hash ^ each);
        }
        return mix(HashSecret.FACTOR, hash);
    }

    /** Less than 8 bytes as one number. */
    private static long few(long address, int length) {
        if (length >= Integer.BYTES) {
            return getInt(address) & 0xFFFF_FFFFL
                    | (long) getInt(address + length - Integer.BYTES) << Integer.SIZE;
        }
        if (length == 0) {
            return 0;
        }
        return getByte(address) & 0xFF
                | (getByte(address + length / 2) & 0xFF) << Byte.SIZE
                | (getByte(address + length - 1) & 0xFF) << 2 * Byte.SIZE;
    }

    /** Both halves of the product, so that every bit counts in all others. */
    private static long mix(long one, long other) {
        return Math.unsignedMultiplyHigh(one, other) ^ one * other;
    }
}
