package io.millrace.broker.jetstream.stream;

import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/** A range of bytes that stand somewhere else. Shard thread; moved, not copied. */
public final class Bytes {
    private Region region = Region.NONE;
    private int offset;
    private int length;

    /** Is this range from here on. */
    public Bytes at(Region newRegion, int newOffset, int newLength) {
        region = newRegion;
        offset = newOffset;
        length = newLength;
        return this;
    }

    /** Is the same range as another one. */
    public Bytes at(Bytes other) {
        return at(other.region, other.offset, other.length);
    }

    /** Is empty from here on. */
    public Bytes none() {
        return at(Region.NONE, 0, 0);
    }

    /** Where it stands. */
    public Region region() {
        return region;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** A copy. */
    public byte[] copy() {
        return region.bytes(offset, length);
    }

    /** A copy, its bytes taken for characters. */
    public String text() {
        return new String(copy(), StandardCharsets.ISO_8859_1);
    }

    /** A copy, read as what a configuration or a header says: UTF-8. */
    public String utf8() {
        return new String(copy(), StandardCharsets.UTF_8);
    }

    /** Whether it is exactly this. */
    public boolean is(byte[] other) {
        return length == other.length && region.equal(offset, other);
    }

    @Override
    public String toString() {
        return text();
    }
}
