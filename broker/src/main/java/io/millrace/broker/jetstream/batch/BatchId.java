package io.millrace.broker.jetstream.batch;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The id of a batch, to look it up with; one of them can be used for many, if none is kept. */
final class BatchId {
    /** Longest id. */
    static final int MAX_BYTES = 64;

    private final byte[] bytes;
    private int length;
    private int hash;

    BatchId() {
        bytes = new byte[MAX_BYTES];
    }

    private BatchId(BatchId other) {
        bytes = Arrays.copyOf(other.bytes, other.length);
        length = other.length;
        hash = other.hash;
    }

    /** Becomes the id that stands there, which isn't too long. */
    BatchId read(Region region, int offset, int idLength) {
        region.get(offset, bytes, 0, idLength);
        length = idLength;
        hash = (int) region.hash(offset, idLength);
        return this;
    }

    /** One to keep. */
    BatchId copy() {
        return new BatchId(this);
    }

    String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BatchId id
                && hash == id.hash
                && Arrays.equals(bytes, 0, length, id.bytes, 0, id.length);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
