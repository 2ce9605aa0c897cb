package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * A new segment on its way: a file that is filled with zeros, so that a sync later has nothing of
 * the file to change, and gets the name of a segment once that has outlasted.
 *
 * <p>Done in steps, each a small write with its sync: a large one would hold up the syncs of the
 * log for tens of milliseconds. Runs where errands do, one step at a time.
 */
final class SpareMaking implements AutoCloseable {
    /** Bytes of a step. */
    static final int PIECE_BYTES = 128 << 10;

    /** How many are written with one sync in a hurry. */
    private static final int HURRIED_PIECES = 32;

    /** What follows the name of a file that isn't a segment yet. */
    static final String UNFINISHED = ".new";

    private final Disk disk;
    private final String directory;
    private final String name;
    private final int segmentBytes;
    private final int pieceBytes;
    private final NativeBlock block;
    private final Region zeros;
    private @Nullable DiskFile draft;
    private int zeroed;

    SpareMaking(Disk disk, String directory, String name, int segmentBytes) {
        this.disk = disk;
        this.directory = directory;
        this.name = name;
        this.segmentBytes = segmentBytes;
        this.pieceBytes = Math.min(PIECE_BYTES, segmentBytes);
        this.block = NativeBlock.allocate(pieceBytes);
        this.zeros = block.region();
        zeros.put(0, new byte[pieceBytes]);
    }

    /** How many steps it takes in all: to make the file, each piece, and to name it. */
    static int steps(int segmentBytes) {
        return segmentBytes / Math.min(PIECE_BYTES, segmentBytes) + 2;
    }

    /**
     * Does one step, or as much as several where the log itself waits for the segment.
     *
     * @return the segment, once it is there; null until then
     */
    @Nullable DiskFile step(boolean isHurried) throws IOException {
        DiskFile file = draft;
        if (file == null) {
            if (disk.freeBytes() < segmentBytes) {
                throw new IOException("no space for a segment of " + segmentBytes + " bytes");
            }
            draft = disk.create(directory + "/" + name + UNFINISHED, segmentBytes);
            return null;
        }
        if (zeroed < segmentBytes) {
            int end = isHurried ? zeroed + HURRIED_PIECES * pieceBytes : zeroed + pieceBytes;
            while (zeroed < Math.min(end, segmentBytes)) {
                file.write(zeroed, zeros, 0, pieceBytes);
                zeroed += pieceBytes;
            }
            file.sync();
            return null;
        }
        file.close();
        disk.rename(directory + "/" + name + UNFINISHED, directory + "/" + name);
        disk.syncDirectory(directory);
        return disk.open(directory + "/" + name);
    }

    /** All steps, one after the other, where nothing else waits for the disk. */
    DiskFile whole() throws IOException {
        DiskFile file = null;
        while (file == null) {
            file = step(true);
        }
        return file;
    }

    /** Removes what there is of it; it isn't needed, or can't be finished. */
    void discard() throws IOException {
        if (draft != null) {
            draft.close();
            if (disk.exists(draft.name())) {
                disk.delete(draft.name());
            }
        }
    }

    @Override
    public void close() {
        block.close();
    }
}
