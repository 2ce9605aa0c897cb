package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.Checksum;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.io.IOException;

/**
 * A part of a file in memory, moved along it while a log is opened: what can't be read is zeros.
 */
final class SegmentWindow implements AutoCloseable {
    private static final int READ_AHEAD_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private NativeBlock block = NativeBlock.allocate(READ_AHEAD_BYTES);
    private Region region = block.region();
    private Checksum checksum = new Checksum(region);

    private DiskFile file;
    private int size;
    private int from;
    private int to;

    /** One that stands at the beginning of a file of that many bytes. */
    SegmentWindow(DiskFile file, int size) {
        this.file = file;
        this.size = size;
    }

    /** Moves to the beginning of another file. */
    void moveTo(DiskFile other, int bytes) {
        file = other;
        size = bytes;
        from = 0;
        to = 0;
    }

    /**
     * Has these bytes of the file stand in the window; offsets that were returned before hold no
     * more.
     *
     * @return their offset in {@link #region}
     */
    int at(int offset, int bytes) {
        if (offset < from || offset + bytes > to) {
            load(offset, bytes);
        }
        return offset - from;
    }

    Region region() {
        return region;
    }

    Checksum checksum() {
        return checksum;
    }

    private void load(int offset, int bytes) {
        int length = Math.min(Math.max(bytes, READ_AHEAD_BYTES), size - offset);
        if (length < bytes) {
            throw new IndexOutOfBoundsException(bytes + " bytes at " + offset + " of " + size);
        }
        if (length > region.length()) {
            block.close();
            block = NativeBlock.allocate(length);
            region = block.region();
            checksum = new Checksum(region);
        }
        from = offset;
        to = offset + length;
        try {
            file.read(offset, region, 0, length);
        } catch (IOException e) {
            loadByPages(length);
        }
    }

    private void loadByPages(int length) {
        for (int at = 0; at < length; at += PAGE_BYTES) {
            int bytes = Math.min(PAGE_BYTES, length - at);
            try {
                file.read(from + at, region, at, bytes);
            } catch (IOException e) {
                // Zeros are no record and no head, so it shows as damage where anything stood.
                region.put(at, new byte[bytes]);
            }
        }
    }

    @Override
    public void close() {
        block.close();
    }
}
