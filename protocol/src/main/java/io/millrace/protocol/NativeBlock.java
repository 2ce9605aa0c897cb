package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import sun.misc.Unsafe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A piece of native memory that somebody owns, for as long as {@link #close} isn't called.
 *
 * <p>What it holds at first is undefined: pages that nobody writes to cost nothing.
 */
@SuppressWarnings("removal")
public final class NativeBlock implements AutoCloseable {
    private static final @Nullable Unsafe UNSAFE = JvmAccess.unsafeIfAllowed();

    /**
     * So much is left to the garbage collector where it can tell that nobody uses it: to give it
     * back at once stops every thread of the JVM for a moment. No more, as it may take its time.
     */
    private static final int COLLECTED_BYTES = 256;

    private final long address;
    private final int bytes;
    private final @Nullable Arena arena;

    private NativeBlock(long address, int bytes, @Nullable Arena arena) {
        this.address = address;
        this.bytes = bytes;
        this.arena = arena;
    }

    /**
     * Allocates memory, aligned for any value.
     *
     * @param bytes at least 1
     * @throws OutOfMemoryError if there is none left
     */
    public static NativeBlock allocate(int bytes) {
        if (UNSAFE != null) {
            return new NativeBlock(UNSAFE.allocateMemory(bytes), bytes, null);
        }
        if (bytes <= COLLECTED_BYTES && Segments.areKnown()) {
            MemorySegment small = Arena.ofAuto().allocate(bytes, Long.BYTES);
            return new NativeBlock(Segments.address(small), bytes, null);
        }
        Arena arena = Arena.ofShared();
        long address = Segments.address(arena.allocate(bytes, Long.BYTES));
        return new NativeBlock(address, bytes, arena);
    }

    /** All of it; not to be used any more once it is given back. */
    public Region region() {
        return Region.of(address, bytes);
    }

    long address() {
        return address;
    }

    /** Gives the memory back; once. */
    @Override
    public void close() {
        if (UNSAFE != null) {
            UNSAFE.freeMemory(address);
            return;
        }
        Segments.forget(address);
        if (arena != null) {
            arena.close();
        }
    }
}
