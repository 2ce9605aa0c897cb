package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** Bytes outside of the heap, with others around them that don't belong to them. */
final class NativeText implements AutoCloseable {
    private static final int MARGIN = 5;

    private final NativeBlock block;
    private final int length;

    NativeText(byte[] bytes) {
        length = bytes.length;
        block = NativeBlock.allocate(length + 2 * MARGIN);
        byte[] margin = "7\r\n9:".getBytes(StandardCharsets.US_ASCII);
        region().put(0, margin);
        region().put(MARGIN, bytes);
        region().put(MARGIN + length, margin);
    }

    /** Of characters below 256, each a byte. */
    static NativeText of(String text) {
        return new NativeText(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Region region() {
        return block.region();
    }

    int offset() {
        return MARGIN;
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        block.close();
    }
}
