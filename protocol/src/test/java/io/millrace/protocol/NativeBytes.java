package io.millrace.protocol;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A native copy of a byte array, with a margin on both sides that nobody may write to. Copies with
 * different shifts have different margins, so that a copy of one margin into the other shows.
 */
final class NativeBytes implements AutoCloseable {
    private static final int MARGIN = 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long address;
    private final byte marginByte;
    private final int start;
    private final int length;

    /** A copy that begins {@code shift} bytes behind an address that 8 divides. */
    NativeBytes(byte[] bytes, int shift) {
        marginByte = (byte) ('\n' + shift);
        length = bytes.length;
        start = MARGIN + shift;
        memory = arena.allocate(start + (long) length + MARGIN, Long.BYTES);
        address = Segments.address(memory);
        memory.fill(marginByte);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, start, length);
    }

    static NativeBytes of(byte[] bytes) {
        return new NativeBytes(bytes, 0);
    }

    /** A copy of a text of ISO 8859-1 characters. */
    static NativeBytes of(String text) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    long address() {
        return address + start;
    }

    /** The copy without its margins. */
    Region region() {
        return Region.of(address(), length);
    }

    int length() {
        return length;
    }

    /** What stands there now. */
    byte[] bytes() {
        return memory.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Whether nobody wrote outside. */
    boolean marginsAreIntact() {
        for (long i = 0; i < memory.byteSize(); i++) {
            boolean outside = i < start || i >= start + length;
            if (outside && memory.get(ValueLayout.JAVA_BYTE, i) != marginByte) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        Segments.forget(address);
        arena.close();
    }
}
