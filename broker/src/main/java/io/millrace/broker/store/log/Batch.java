package io.millrace.broker.store.log;

import static io.millrace.broker.store.log.BatchLayout.HEAD_BYTES;

import io.millrace.protocol.Checksum;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/** Records that will be, or are being, written in one go. */
final class Batch {
    private NativeBlock block;
    private Region region;
    private Checksum checksum;
    private Segment segment;
    private int offset;
    private int length;
    private int count;
    private long records;

    /** An empty one, which still wants a place. */
    Batch(int capacity, Segment segment) {
        this.segment = segment;
        this.block = NativeBlock.allocate(capacity);
        this.region = block.region();
        this.checksum = new Checksum(region);
        this.length = HEAD_BYTES;
    }

    /** Takes a place in the log; there is nothing in it. */
    void place(Segment in, int at) {
        segment = in;
        offset = at;
        clear();
    }

    /** Is empty again. */
    void clear() {
        length = HEAD_BYTES;
        count = 0;
        records = 0;
    }

    /** A record has been sealed behind the last one. */
    void add(int paddedLength, int recordChecksum) {
        length += paddedLength;
        count++;
        records = BatchLayout.with(records, recordChecksum);
    }

    /** Writes the head. Returns its checksum. */
    int seal(long number, long durableEnd, int previousChecksum) {
        return BatchHead.write(
                region,
                checksum,
                segment.place(offset),
                length,
                number,
                durableEnd,
                count,
                previousChecksum,
                BatchLayout.folded(records));
    }

    /** Takes a buffer of another size; what is there stays. */
    void resize(int capacity) {
        NativeBlock other = NativeBlock.allocate(capacity);
        Region to = other.region();
        region.copy(0, to, 0, Math.min(length, capacity));
        block.close();
        block = other;
        region = to;
        checksum = new Checksum(to);
    }

    /** Gives the buffer back. */
    void free() {
        block.close();
    }

    Region region() {
        return region;
    }

    Checksum checksum() {
        return checksum;
    }

    int capacity() {
        return region.length();
    }

    Segment segment() {
        return segment;
    }

    /** Where it begins within its segment. */
    int offset() {
        return offset;
    }

    /** Bytes so far, with the head. */
    int length() {
        return length;
    }

    /** How many records there are. */
    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Bytes from its end to the end of its segment. */
    int room() {
        return SegmentLayout.contentEnd(segment.header().segmentBytes()) - offset - length;
    }

    long start() {
        return segment.base() + offset;
    }

    long end() {
        return start() + length;
    }
}
