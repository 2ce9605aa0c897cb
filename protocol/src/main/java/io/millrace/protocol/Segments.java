package io.millrace.protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** What {@link Memory} does in a JVM that wants the FFM API, and what only that API can. */
final class Segments {
    @SuppressWarnings("restricted") // raw access is what this class is for
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private Segments() {}

    /** All calls that take buffers know no other memory. */
    static ByteBuffer buffer(long address, int length) {
        return ALL.asSlice(address, length).asByteBuffer();
    }

    static byte getByte(long address) {
        return ALL.get(BYTE, address);
    }

    static void putByte(long address, byte value) {
        ALL.set(BYTE, address, value);
    }

    static int getInt(long address) {
        return ALL.get(INT, address);
    }

    static void putInt(long address, int value) {
        ALL.set(INT, address, value);
    }

    static long getLong(long address) {
        return ALL.get(LONG, address);
    }

    static void putLong(long address, long value) {
        ALL.set(LONG, address, value);
    }

    static void copy(long from, long to, int length) {
        MemorySegment.copy(ALL, from, ALL, to, length);
    }

    static void put(long to, byte[] bytes, int at, int length) {
        MemorySegment.copy(bytes, at, ALL, BYTE, to, length);
    }

    static void get(long from, byte[] bytes, int at, int length) {
        MemorySegment.copy(ALL, BYTE, from, bytes, at, length);
    }
}
