package io.millrace.broker.store.block;

import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/** Finds the pieces in the file of a compressed block. Shard thread. */
final class PackedBlock {
    private final Region file;
    private final int table;
    private final int pieces;
    private final int length;

    private PackedBlock(Region file, int table, int pieces, int length) {
        this.file = file;
        this.table = table;
        this.pieces = pieces;
        this.length = length;
    }

    static boolean isPacked(Region file) {
        return file.getInt(PackedLayout.FLAG_OFFSET) == PackedLayout.PACKED;
    }

    /** Null if its table is damaged. */
    static @Nullable PackedBlock of(Region file, long salt, RecordSeal seal) {
        int tail = file.length() - PackedLayout.TAIL_BYTES;
        if (tail < BlockLayout.HEADER_BYTES || file.getInt(tail) != PackedLayout.END) {
            return null;
        }
        int pieces = file.getInt(tail + PackedLayout.TAIL_PIECES_OFFSET);
        long table = tail - (long) pieces * PackedLayout.ENTRY_BYTES;
        if (pieces < 0 || table < BlockLayout.HEADER_BYTES) {
            return null;
        }
        int crc = crc(file, (int) table, tail, salt, seal);
        if (file.getInt(tail + PackedLayout.TAIL_CRC_OFFSET) != crc) {
            return null;
        }
        int length = file.getInt(tail + PackedLayout.TAIL_LENGTH_OFFSET);
        PackedBlock packed = new PackedBlock(file, (int) table, pieces, length);
        return packed.isInOrder() ? packed : null;
    }

    static int crc(Region file, int table, int tail, long salt, RecordSeal seal) {
        int crc = seal.of(salt, file, table, tail - table);
        int behind = tail + PackedLayout.TAIL_PIECES_OFFSET;
        return seal.of(
                salt ^ crc & 0xFFFF_FFFFL,
                file,
                behind,
                PackedLayout.TAIL_BYTES - PackedLayout.TAIL_PIECES_OFFSET);
    }

    private boolean isInOrder() {
        int next = BlockLayout.HEADER_BYTES;
        for (int piece = 0; piece < pieces; piece++) {
            long end = (long) fileOffset(piece) + stored(piece);
            if (place(piece) != next
                    || bytes(piece) <= 0
                    || stored(piece) <= 0
                    || stored(piece) > bytes(piece)
                    || fileOffset(piece) < BlockLayout.HEADER_BYTES
                    || end > table
                    || (long) next + bytes(piece) > length) {
                return false;
            }
            next += bytes(piece);
        }
        return next == length;
    }

    private int entry(int piece, int offset) {
        return file.getInt(table + piece * PackedLayout.ENTRY_BYTES + offset);
    }

    int pieces() {
        return pieces;
    }

    /** The block's, when it wasn't compressed. */
    int length() {
        return length;
    }

    Region file() {
        return file;
    }

    int place(int piece) {
        return entry(piece, PackedLayout.PLACE_OFFSET);
    }

    int bytes(int piece) {
        return entry(piece, PackedLayout.BYTES_OFFSET);
    }

    int fileOffset(int piece) {
        return entry(piece, PackedLayout.FILE_OFFSET);
    }

    int stored(int piece) {
        return entry(piece, PackedLayout.STORED_OFFSET);
    }

    /** Of an encrypted store: whether, unpacked, its records aren't encrypted any more. */
    boolean isOpened(int piece) {
        return stored(piece) != bytes(piece);
    }

    /** The random number of its header. */
    long packing() {
        return file.getLong(BlockLayout.PACKING_OFFSET);
    }

    int crc(int piece) {
        return entry(piece, PackedLayout.CRC_OFFSET);
    }

    /** The piece with this place of the block, which is within its length. */
    int pieceWith(int place) {
        int low = 0;
        int high = pieces - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (place(middle) <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
