package io.millrace.broker.store.block;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.disk.Disk;
import io.millrace.broker.store.disk.DiskFile;
import io.millrace.broker.store.seal.Aead;
import io.millrace.broker.store.seal.FileKey;
import io.millrace.broker.store.seal.RecordCover;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Compresses a block that is closed and durable: into another file, which then gets its name. A
 * crash leaves the one or the other. Errands' thread, some pieces at a time, but for {@link #done}.
 */
final class PackJob implements FileJob {
    private static final int PIECES_IN_A_STEP = 4;

    private final StreamBlocks owner;
    private final BlockFiles files;
    private final BlockDirectory directory;
    private final Block block;
    private final BlockFile file;
    private final String unfinished;
    private final int length;

    /** Of records, in a piece, unless a single one is longer. */
    private final int pieceBytes;

    private final RecordSeal seal = new RecordSeal();
    private final PackTable table = new PackTable();

    // Of an encrypted store.
    private final long packing;
    private final FileKey packedKey;
    private final FileKey key;
    private final RecordView record = new RecordView();
    private final @Nullable Aead aead;
    private @Nullable RecordCover cover;

    private @Nullable DiskFile from;
    private @Nullable DiskFile to;
    private @Nullable Region raw;
    private int at = BlockLayout.HEADER_BYTES;
    private int end = BlockLayout.HEADER_BYTES;
    private boolean isOver;
    private int packedBytes;

    PackJob(
            StreamBlocks owner,
            BlockFiles files,
            BlockDirectory directory,
            Block block,
            int stream) {
        this.owner = owner;
        this.files = files;
        this.directory = directory;
        this.block = block;
        file = block.file;
        unfinished = file.name + PackedLayout.UNFINISHED;
        length = block.length();
        boolean isEncrypted = files.key.isThere();
        aead = isEncrypted ? files.key.aead() : null;
        packing = isEncrypted ? files.newSalt() : 0;
        packedKey = files.key.packed(stream, block.number, block.salt, packing);
        key = block.key(files.key, stream);
        pieceBytes =
                Math.min(PackedLayout.PIECE_BYTES, files.options.pieceBytes() / PIECES_IN_A_STEP);
    }

    @Override
    public void run(Disk disk) throws IOException {
        if (isOver) {
            return;
        }
        try {
            if (file.isDeleted()) {
                giveUp(disk);
            } else {
                step(disk);
            }
        } catch (IOException | RuntimeException | InternalError e) {
            // It stays as it is, and is read as it is.
            giveUp(disk);
        }
    }

    private void step(Disk disk) throws IOException {
        DiskFile out = to;
        Region in = raw;
        if (out == null || in == null) {
            from = disk.open(file.name);
            in = from.map(length);
            raw = in;
            cover = aead == null ? null : files.key.records();
            out = disk.create(unfinished, 0);
            to = out;
            writeHeader(in, out);
        }
        int stop = at + PIECES_IN_A_STEP * pieceBytes;
        while (at < length && at < stop) {
            int bytes = pieceBytes(in, at);
            if (bytes == 0 || !writePiece(in, bytes, out)) {
                // Damaged: whoever reads it is told.
                giveUp(disk);
                return;
            }
            at += bytes;
        }
        if (end >= length) {
            giveUp(disk);
        } else if (at >= length) {
            finish(disk, out);
        }
    }

    private void writeHeader(Region in, DiskFile out) throws IOException {
        try (NativeBlock memory = NativeBlock.allocate(BlockLayout.HEADER_BYTES)) {
            in.copy(0, memory.region(), 0, BlockLayout.HEADER_BYTES);
            memory.region().putInt(PackedLayout.FLAG_OFFSET, PackedLayout.PACKED);
            memory.region().putLong(BlockLayout.PACKING_OFFSET, packing);
            int crc = BlockFiles.headerCrc(seal, memory.region());
            memory.region().putInt(BlockLayout.CRC_OFFSET, crc);
            out.write(0, memory.region(), 0, BlockLayout.HEADER_BYTES);
        }
    }

    /** Whole records, about as many as make a piece; 0 if there is a damaged one. */
    private int pieceBytes(Region in, int start) {
        int next = start;
        while (next < length) {
            if (!seal.isWhole(in, next, length, block.salt ^ next)) {
                return 0;
            }
            int record = RecordSeal.padded(in.getInt(next + RecordLayout.LENGTH));
            if (next > start && next + record - start > pieceBytes) {
                return next - start;
            }
            next += record;
        }
        return next - start;
    }

    /** False if it is damaged. */
    private boolean writePiece(Region in, int bytes, DiskFile out) throws IOException {
        BlockCodec codec = files.packer();
        byte[] content = in.bytes(at, bytes);
        RecordCover its = cover;
        Aead sealing = aead;
        if (its != null && !open(in, content, its)) {
            return false;
        }
        byte[] compressed = new byte[codec.maxCompressedBytes(bytes) + Aead.TAG_BYTES];
        int stored = codec.compress(content, bytes, compressed);
        byte[] best = compressed;
        if (sealing != null) {
            sealing.seal(packedKey, Aead.PIECE, at, compressed, stored);
            stored += Aead.TAG_BYTES;
        }
        if (stored >= bytes) {
            best = in.bytes(at, bytes);
            stored = bytes;
        }
        try (NativeBlock memory = NativeBlock.allocate(RecordSeal.padded(stored))) {
            Region piece = memory.region();
            piece.putLong(piece.length() - Long.BYTES, 0);
            piece.put(0, best, 0, stored);
            int crc = seal.of(block.salt ^ at, piece, 0, stored);
            table.add(at, bytes, end, stored, crc);
            out.write(end, piece, 0, piece.length());
            end += piece.length();
        }
        return true;
    }

    /** Decrypts whole records, which begin at {@link #at}; false if one was forged. */
    private boolean open(Region in, byte[] content, RecordCover its) {
        for (int done = 0; done < content.length; ) {
            int place = at + done;
            boolean isWhole = record.moveTo(in, place, length) && its.uncover(record, key, place);
            if (!isWhole) {
                return false;
            }
            seal.seal(record.region(), record.offset(), block.salt ^ place);
            record.region().get(record.offset(), content, done, record.length());
            done += record.paddedLength();
        }
        return true;
    }

    private void finish(Disk disk, DiskFile out) throws IOException {
        int tableBytes = table.bytes();
        try (NativeBlock memory = NativeBlock.allocate(tableBytes + PackedLayout.TAIL_BYTES)) {
            Region region = memory.region();
            table.write(region, length, block.records());
            int crc = PackedBlock.crc(region, 0, tableBytes, block.salt, seal);
            region.putInt(tableBytes + PackedLayout.TAIL_CRC_OFFSET, crc);
            out.write(end, region, 0, region.length());
        }
        out.sync();
        packedBytes = end + tableBytes + PackedLayout.TAIL_BYTES;
        close();
        file.close();
        files.writable.forget(file);
        disk.rename(unfinished, file.name);
        disk.syncDirectory(directory.name);
        isOver = true;
    }

    private void close() throws IOException {
        DiskFile in = from;
        DiskFile out = to;
        from = null;
        to = null;
        raw = null;
        RecordCover its = cover;
        cover = null;
        if (its != null) {
            its.close();
        }
        if (in != null) {
            in.close();
        }
        if (out != null) {
            out.close();
        }
    }

    private void giveUp(Disk disk) throws IOException {
        boolean isMade = to != null;
        isOver = true;
        close();
        if (isMade) {
            files.writable.delete(unfinished);
        }
    }

    @Override
    public void abandon() {
        try {
            close();
        } catch (IOException e) {
            // The unfinished file is deleted at the next start.
        }
    }

    @Override
    public void done() {
        if (isOver) {
            owner.packed(block, packedBytes);
        } else {
            files.queue.add(this);
        }
    }

    @Override
    public int bytes() {
        return PIECES_IN_A_STEP * pieceBytes;
    }
}
