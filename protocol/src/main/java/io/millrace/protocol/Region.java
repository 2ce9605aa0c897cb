package io.millrace.protocol;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A piece of native memory that knows its end: the only way to native memory outside this package.
 *
 * <p>Every access is by offset and checked, in production too: one that doesn't lie within the
 * region as a whole throws an {@link IndexOutOfBoundsException} and touches nothing, whatever its
 * offset and length are. Who owns the memory, and for how long, is not the region's business: none
 * may be used when its memory is given back.
 *
 * <p>All values are in native byte order.
 */
public final class Region {
    /** A region without a byte. */
    public static final Region NONE = new Region(0, 0);

    /** Takes a number for one without a sign, so that one comparison finds negative ones, too. */
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    // Bytes of a value behind its first one: where that may not be.
    private static final int BEHIND_INT = Integer.BYTES - 1;
    private static final int BEHIND_LONG = Long.BYTES - 1;
    private static final int BEHIND_TWO_LONGS = 2 * Long.BYTES - 1;

    private final long address;
    private final int length;

    private Region(long address, int length) {
        this.address = address;
        this.length = length;
    }

    /**
     * Makes the region of memory that somebody else allocated, and who {@link #forget forgets} it
     * before the memory is given back.
     *
     * @param memory native, of less than 2 GiB
     */
    public static Region of(MemorySegment memory) {
        return of(Segments.address(memory), Math.toIntExact(memory.byteSize()));
    }

    /**
     * Makes a region of memory whose address and length are known here.
     *
     * @param address where it begins
     * @param length its bytes, from 0
     */
    static Region of(long address, int length) {
        if (length < 0 || address == 0 && length > 0) {
            throw new IllegalArgumentException("no memory: " + length + " bytes at " + address);
        }
        return new Region(address, length);
    }

    /** Says that the memory is given back now; for who made the region. Once. */
    public void forget() {
        Segments.forget(address);
    }

    /** Its bytes. */
    public int length() {
        return length;
    }

    // --- values

    // The compiler knows checkIndex: it makes one check of several next to each other.

    public byte getByte(int offset) {
        return Memory.getByte(address + Objects.checkIndex(offset, length));
    }

    public void putByte(int offset, byte value) {
        Memory.putByte(address + Objects.checkIndex(offset, length), value);
    }

    public int getInt(int offset) {
        return Memory.getInt(address + Objects.checkIndex(offset, length - BEHIND_INT));
    }

    public void putInt(int offset, int value) {
        Memory.putInt(address + Objects.checkIndex(offset, length - BEHIND_INT), value);
    }

    public long getLong(int offset) {
        return Memory.getLong(address + Objects.checkIndex(offset, length - BEHIND_LONG));
    }

    public void putLong(int offset, long value) {
        Memory.putLong(address + Objects.checkIndex(offset, length - BEHIND_LONG), value);
    }

    /** Whether these two values stand here, one behind the other. */
    public boolean equal(int offset, long first, long second) {
        long at = address + Objects.checkIndex(offset, length - BEHIND_TWO_LONGS);
        return Memory.getLong(at) == first && Memory.getLong(at + Long.BYTES) == second;
    }

    // --- many bytes

    /** Copies {@code bytes} bytes to another region; the two ranges must not overlap. */
    public void copy(int offset, Region to, int toOffset, int bytes) {
        Memory.copy(address(offset, bytes), to.address(toOffset, bytes), bytes);
    }

    /** Copies all of an array to here. */
    public void put(int offset, byte[] from) {
        Memory.put(address(offset, from.length), from, 0, from.length);
    }

    /** Copies {@code bytes} bytes of an array, from its index {@code index} on, to here. */
    public void put(int offset, byte[] from, int index, int bytes) {
        Memory.put(address(offset, bytes), from, index, bytes);
    }

    /** Copies {@code bytes} bytes into an array, from its index {@code index} on. */
    public void get(int offset, byte[] to, int index, int bytes) {
        Memory.get(address(offset, bytes), to, index, bytes);
    }

    /** Returns a copy of {@code bytes} bytes. */
    public byte[] bytes(int offset, int bytes) {
        return Memory.bytes(address(offset, bytes), bytes);
    }

    /** Whether exactly these bytes stand here. */
    public boolean equal(int offset, byte[] bytes) {
        return Memory.equal(address(offset, bytes.length), bytes);
    }

    /** Whether the same {@code bytes} bytes stand here and in another region. */
    public boolean equal(int offset, Region other, int otherOffset, int bytes) {
        return Memory.equal(address(offset, bytes), other.address(otherOffset, bytes), bytes);
    }

    /**
     * A hash of {@code bytes} bytes, another one in each process: nobody outside can choose bytes
     * that have the same. Low and high half are well mixed.
     */
    public long hash(int offset, int bytes) {
        return Memory.hash(address(offset, bytes), bytes);
    }

    /** A hash of an array, of which the same is true; not that of the same bytes in a region. */
    public static long hash(byte[] bytes) {
        return Memory.hash(bytes);
    }

    /**
     * The offset of the first byte of this value.
     *
     * @param from where to begin, at most {@code to}
     * @param to behind the last byte to look at
     * @return the offset; {@code to} if there is none
     */
    public int indexOf(byte value, int from, int to) {
        return from + Memory.indexOf(address(from, to - from), to - from, value);
    }

    /**
     * A view of {@code bytes} bytes for calls that take buffers; as little to be used as the region
     * itself once the memory is given back.
     */
    public ByteBuffer buffer(int offset, int bytes) {
        return Segments.buffer(address(offset, bytes), bytes);
    }

    // --- bounds

    /** The address of a range, once it is sure that it lies within as a whole. */
    long address(int offset, int bytes) {
        long from = offset & UNSIGNED;
        if (from + (bytes & UNSIGNED) > length) {
            throw outside(offset, bytes);
        }
        return address + from;
    }

    private IndexOutOfBoundsException outside(int offset, int bytes) {
        return new IndexOutOfBoundsException(
                bytes + " bytes at " + offset + " are not within " + length);
    }
}
