package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.seal.Aead;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The file of a checkpoint that is being written. Errands' thread. */
final class CheckpointFile {
    /** Synced now and then, so that the log's syncs don't have to wait for all of it at the end. */
    private static final int SYNC_EVERY_BYTES = 8 * 1024 * 1024;

    private final Disk disk;
    private final String directory;
    private final long storeId;
    private final long position;
    private final StoreKey key;
    private final RecordSeal seal = new RecordSeal();
    private @Nullable FrameSeal frameSeal;
    private @Nullable NativeBlock sealed;
    private @Nullable DiskFile file;
    private long length;
    private long unsynced;
    private long frames;
    private int crc;

    CheckpointFile(Disk disk, String directory, long storeId, long position, StoreKey key) {
        this.disk = disk;
        this.directory = directory;
        this.storeId = storeId;
        this.position = position;
        this.key = key;
    }

    /** Puts checksums on whole frames, and writes them. */
    void write(Region region, int bytes) throws IOException {
        DiskFile out = open();
        if (frameSeal == null) {
            write(out, region, bytes);
        } else {
            writeSealed(out, frameSeal, region, bytes);
        }
        if (unsynced >= SYNC_EVERY_BYTES) {
            out.sync();
            unsynced = 0;
        }
    }

    /** By way of a copy, in which there is room for tags. */
    private void writeSealed(DiskFile out, FrameSeal its, Region region, int bytes)
            throws IOException {
        if (sealed == null) {
            sealed = NativeBlock.allocate(2 * CheckpointLayout.MOST_FRAME_BYTES);
        }
        Region copy = sealed.region();
        int filled = 0;
        long frame = frames;
        for (int at = 0; at < bytes; ) {
            int length =
                    CheckpointLayout.FRAME_HEAD_BYTES
                            + region.getInt(at + CheckpointLayout.FRAME_LENGTH_OFFSET);
            if (filled + length + Aead.TAG_BYTES > copy.length()) {
                write(out, copy, filled);
                filled = 0;
            }
            region.copy(at, copy, filled, length);
            its.seal(copy, filled, frame++);
            at += length;
            filled += length + Aead.TAG_BYTES;
        }
        write(out, copy, filled);
    }

    private void write(DiskFile out, Region region, int bytes) throws IOException {
        int at = 0;
        while (at < bytes) {
            int end =
                    at
                            + CheckpointLayout.FRAME_HEAD_BYTES
                            + region.getInt(at + CheckpointLayout.FRAME_LENGTH_OFFSET);
            crc =
                    seal.of(
                            CheckpointLayout.seed(frames, crc),
                            region,
                            at + CheckpointLayout.FRAME_KIND_OFFSET,
                            end - at - CheckpointLayout.FRAME_KIND_OFFSET);
            region.putInt(at + CheckpointLayout.FRAME_CRC_OFFSET, crc);
            frames++;
            at = end;
        }
        out.write(length, region, 0, bytes);
        length += bytes;
        unsynced += bytes;
    }

    private DiskFile open() throws IOException {
        DiskFile open = file;
        if (open == null) {
            disk.makeDirectories(directory);
            deleteUnfinished();
            open = disk.create(name(CheckpointLayout.unfinishedName(position)), 0);
            file = open;
            writeHeader(open);
        }
        return open;
    }

    private void writeHeader(DiskFile out) throws IOException {
        try (NativeBlock memory = NativeBlock.allocate(CheckpointLayout.HEADER_BYTES)) {
            Region header = memory.region();
            for (int at = 0; at < CheckpointLayout.HEADER_BYTES; at += Long.BYTES) {
                header.putLong(at, 0);
            }
            header.putLong(CheckpointLayout.MAGIC_OFFSET, CheckpointLayout.MAGIC);
            header.putInt(CheckpointLayout.VERSION_OFFSET, CheckpointLayout.VERSION);
            header.putLong(CheckpointLayout.STORE_OFFSET, storeId);
            header.putLong(CheckpointLayout.POSITION_OFFSET, position);
            if (key.isThere()) {
                header.putLong(CheckpointLayout.SALT_OFFSET, key.newSalt());
                header.putLong(CheckpointLayout.OTHER_SALT_OFFSET, key.newSalt());
                frameSeal = new FrameSeal(key, header, 0);
            }
            crc = headerCrc(seal, header);
            header.putInt(CheckpointLayout.CRC_OFFSET, crc);
            out.write(0, header, 0, CheckpointLayout.HEADER_BYTES);
        }
        length = CheckpointLayout.HEADER_BYTES;
    }

    static int headerCrc(RecordSeal seal, Region header) {
        return seal.of(
                CheckpointLayout.MAGIC ^ CheckpointLayout.VERSION,
                header,
                CheckpointLayout.STORE_OFFSET,
                CheckpointLayout.HEADER_BYTES - CheckpointLayout.STORE_OFFSET);
    }

    /**
     * Everything is written: it gets its name, and all others go but for the one before it. One of
     * a higher position is none that was of use.
     */
    void publish() throws IOException {
        DiskFile whole = open();
        free();
        whole.sync();
        whole.close();
        file = null;
        String finished = name(CheckpointLayout.fileName(position));
        disk.rename(name(CheckpointLayout.unfinishedName(position)), finished);
        disk.syncDirectory(directory);
        boolean isBeforeKept = false;
        for (String each : newestFirst(disk, directory)) {
            long its = CheckpointLayout.position(each);
            if (its > position || its < position && isBeforeKept) {
                disk.delete(name(each));
            }
            isBeforeKept |= its < position;
        }
    }

    void discard() throws IOException {
        DiskFile open = file;
        file = null;
        free();
        if (open != null) {
            open.close();
            disk.delete(name(CheckpointLayout.unfinishedName(position)));
        }
    }

    private void free() {
        if (sealed != null) {
            sealed.close();
            sealed = null;
        }
    }

    private void deleteUnfinished() throws IOException {
        for (String each : disk.list(directory)) {
            if (CheckpointLayout.isUnfinished(each)) {
                disk.delete(name(each));
            }
        }
    }

    private String name(String fileName) {
        return directory + "/" + fileName;
    }

    /** The names of the checkpoints that are there. */
    static List<String> newestFirst(Disk disk, String directory) throws IOException {
        List<String> names = new ArrayList<>();
        for (String each : disk.list(directory)) {
            if (CheckpointLayout.position(each) >= 0) {
                names.add(each);
            }
        }
        names.sort((a, b) -> b.compareTo(a));
        return names;
    }
}
