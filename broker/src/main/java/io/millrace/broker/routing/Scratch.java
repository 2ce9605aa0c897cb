package io.millrace.broker.routing;

import io.millrace.protocol.NativeBlock;

import org.jspecify.annotations.Nullable;

/** Native memory for what is needed for a moment; grows with what is asked for. Routing thread. */
final class Scratch implements AutoCloseable {
    private static final int FEWEST_BYTES = 4096;

    private @Nullable NativeBlock block;
    private int size;

    /** The address of so many bytes; what stood there before is lost. */
    long ofAtLeast(int bytes) {
        NativeBlock held = block;
        if (held == null || bytes > size) {
            close();
            size = Math.max(FEWEST_BYTES, bytes);
            held = NativeBlock.allocate(size);
            block = held;
        }
        return held.address();
    }

    /** Gives the memory back; it may be asked for again. */
    @Override
    public void close() {
        NativeBlock held = block;
        block = null;
        if (held != null) {
            held.close();
        }
    }
}
