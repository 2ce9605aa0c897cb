package io.millrace.broker.jetstream.batch;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** Texts outside of the heap, one behind the other, until it is closed. */
final class NativeText implements AutoCloseable {
    private final NativeBlock block = NativeBlock.allocate(1 << 20);
    private int used;

    /** Puts a text of characters below 256 behind those that are there; returns where it begins. */
    int put(String text) {
        int at = used;
        block.region().put(at, text.getBytes(StandardCharsets.ISO_8859_1));
        used += text.length();
        return at;
    }

    Region region() {
        return block.region();
    }

    @Override
    public void close() {
        block.close();
    }
}
