package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.disk.SimulatedDisk;
import io.millrace.protocol.Checksum;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What the files of a log say, read in the simplest way: each for itself. */
final class DiskImage {
    private final Map<Long, String> files = new HashMap<>();
    private final Map<String, SegmentHeader> headers = new HashMap<>();
    private long evident;

    DiskImage(SimulatedDisk disk, String directory) throws IOException {
        for (String name : disk.list(directory)) {
            if (SegmentNames.number(name).isPresent()) {
                read(disk.open(directory + "/" + name));
            }
        }
    }

    private void read(DiskFile file) throws IOException {
        SegmentHeader header = header(file);
        if (header == null) {
            return;
        }
        headers.put(file.name(), header);
        files.put(header.number(), file.name());
        evident = Math.max(evident, header.durableEnd());
        Segment segment = new Segment(file, Region.NONE, header, 0);
        try (SegmentWindow window = new SegmentWindow(file, header.segmentBytes())) {
            BatchHead head = new BatchHead();
            HeadSearch heads = new HeadSearch(window);
            int end = SegmentLayout.contentEnd(header.segmentBytes());
            for (int at = SegmentLayout.HEADER_BYTES; at < end; at += Long.BYTES) {
                if (heads.read(segment, at, end, head)) {
                    evident = Math.max(evident, head.durableEnd());
                }
            }
        }
    }

    private static @Nullable SegmentHeader header(DiskFile file) throws IOException {
        try (NativeBlock block = NativeBlock.allocate(2 * SegmentLayout.FIELD_BYTES)) {
            Checksum checksum = new Checksum(block.region());
            int bytes = SegmentLayout.FIELD_BYTES;
            file.read(0, block.region(), 0, bytes);
            file.read(SegmentLayout.contentEnd((int) file.size()), block.region(), bytes, bytes);
            SegmentHeader one = SegmentHeader.read(block.region(), checksum, 0);
            SegmentHeader other = SegmentHeader.read(block.region(), checksum, bytes);
            if (one == null || other == null) {
                return one == null ? other : one;
            }
            return one.number() >= other.number() ? one : other;
        }
    }

    /** The highest position that anything says to have been durable. */
    long evident() {
        return evident;
    }

    /** Where segments lie, by their numbers. */
    Map<Long, String> files() {
        return files;
    }

    /** Whether a file has no sound header, or another one than in an earlier image. */
    boolean isGone(String file, DiskImage before) {
        SegmentHeader now = headers.get(file);
        return now == null || !now.equals(before.headers.get(file));
    }
}
