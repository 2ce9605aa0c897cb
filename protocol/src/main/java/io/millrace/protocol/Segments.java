package io.millrace.protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * What {@link Memory} does in a JVM that wants the FFM API, and what only that API can.
 *
 * <p>Where this module may call native code, addresses are those of the system. Elsewhere, in an
 * application that was started without a flag for us, they are those of a {@link SegmentTable}: the
 * one table of the process, as the memory is the process's.
 */
final class Segments {
    private static final boolean RAW = JvmAccess.nativeCode(Segments.class.getModule());
    private static final MemorySegment ALL = RAW ? all() : MemorySegment.NULL;
    private static final SegmentTable TABLE = new SegmentTable();

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private Segments() {}

    @SuppressWarnings("restricted") // raw access is what this class is for
    private static MemorySegment all() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** Whether memory that has an address is kept until that is forgotten. */
    static boolean areKnown() {
        return !RAW;
    }

    /** The address of memory, until it is {@link #forget forgotten}. */
    static long address(MemorySegment memory) {
        return RAW ? memory.address() : TABLE.add(memory);
    }

    /** Nobody uses the address any more. */
    static void forget(long address) {
        if (!RAW) {
            TABLE.remove(address);
        }
    }

    /** What an address is to be looked for in. */
    private static MemorySegment of(long address) {
        return RAW ? ALL : TABLE.at(address);
    }

    /** Where in there it is. */
    private static long at(long address) {
        return RAW ? address : SegmentTable.offset(address);
    }

    /** All calls that take buffers know no other memory. */
    static ByteBuffer buffer(long address, int length) {
        return of(address).asSlice(at(address), length).asByteBuffer();
    }

    static byte getByte(long address) {
        return of(address).get(BYTE, at(address));
    }

    static void putByte(long address, byte value) {
        of(address).set(BYTE, at(address), value);
    }

    static int getInt(long address) {
        return of(address).get(INT, at(address));
    }

    static void putInt(long address, int value) {
        of(address).set(INT, at(address), value);
    }

    static long getLong(long address) {
        return of(address).get(LONG, at(address));
    }

    static void putLong(long address, long value) {
        of(address).set(LONG, at(address), value);
    }

    static void copy(long from, long to, int length) {
        MemorySegment.copy(of(from), at(from), of(to), at(to), length);
    }

    static void put(long to, byte[] bytes, int at, int length) {
        MemorySegment.copy(bytes, at, of(to), BYTE, at(to), length);
    }

    static void get(long from, byte[] bytes, int at, int length) {
        MemorySegment.copy(of(from), BYTE, at(from), bytes, at, length);
    }
}
