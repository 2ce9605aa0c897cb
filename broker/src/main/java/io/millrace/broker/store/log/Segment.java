package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.seal.FileKey;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** A file of the log: in use, or spare. */
final class Segment {
    private final DiskFile file;
    private final Region map;
    private SegmentHeader header;
    private int end;
    private boolean begun;

    /** Made when it is needed; of this use of the file. */
    private @Nullable FileKey key;

    /** One whose place in the log is known. */
    Segment(DiskFile file, Region map, SegmentHeader header, int end) {
        this.file = file;
        this.map = map;
        this.header = header;
        this.end = end;
        this.begun = true;
    }

    /** Opens a file for reading and writing as a segment of this many bytes. */
    static Segment of(DiskFile file, SegmentHeader header) throws IOException {
        return new Segment(
                file, file.map(header.segmentBytes()), header, SegmentLayout.HEADER_BYTES);
    }

    /** Takes its place in the log; what stood in it doesn't count any more. */
    void begin(SegmentHeader with) {
        header = with;
        end = SegmentLayout.HEADER_BYTES;
        begun = false;
        key = null;
    }

    DiskFile file() {
        return file;
    }

    Region map() {
        return map;
    }

    SegmentHeader header() {
        return header;
    }

    long base() {
        return header.base();
    }

    /** What makes a checksum one of this place and time. */
    long place(int offset) {
        return header.salt() ^ base() + offset;
    }

    /** What its records are encrypted with. */
    FileKey key(StoreKey store) {
        FileKey made = key;
        if (made == null) {
            made = store.segment(header.number(), header.salt());
            key = made;
        }
        return made;
    }

    /** Where what belongs to the log ends, within the file. */
    int end() {
        return end;
    }

    void endAt(int offset) {
        end = offset;
    }

    /** The position behind its last batch. */
    long endPosition() {
        return base() + end;
    }

    /** Whether its header is written, or on its way. */
    boolean isBegun() {
        return begun;
    }

    void setBegun() {
        begun = true;
    }
}
