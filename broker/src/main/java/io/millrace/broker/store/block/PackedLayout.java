package io.millrace.broker.store.block;

/**
 * The layout of a block's file that was compressed once it was closed: the same header but for a
 * flag, then pieces of whole records. Places of records stay what they were.
 *
 * <pre>
 * header, see BlockLayout: 28 int 1; in an encrypted store, a random number at 48
 *
 * pieces, each 8-aligned: records, compressed; or as they are, if that is no longer.
 * In an encrypted store: decrypted, with checksums of their own, compressed, and then
 * encrypted as a whole, the tag behind; or as they are
 *
 * table, for each piece 20 bytes
 *  0 int place of its first record in the block       4 int bytes of its records
 *  8 int where in the file it is                     12 int bytes there
 * 16 int crc32c of those, seeded with the salt ^ its place
 *
 * tail, 24 bytes
 *  0 int -2            4 int crc32c of the table and bytes 8 .. 23, seeded with the salt
 *  8 int pieces       12 int length of the block     16 int records        20 int 0
 * </pre>
 */
final class PackedLayout {
    static final int FLAG_OFFSET = 28;
    static final int PACKED = 1;

    static final int PLACE_OFFSET = 0;
    static final int BYTES_OFFSET = 4;
    static final int FILE_OFFSET = 8;
    static final int STORED_OFFSET = 12;
    static final int CRC_OFFSET = 16;
    static final int ENTRY_BYTES = 20;

    static final int END = -2;
    static final int TAIL_CRC_OFFSET = 4;
    static final int TAIL_PIECES_OFFSET = 8;
    static final int TAIL_LENGTH_OFFSET = 12;
    static final int TAIL_RECORDS_OFFSET = 16;
    static final int TAIL_RESERVED_OFFSET = 20;
    static final int TAIL_BYTES = 24;

    /** Of records, in a piece, at most, unless a single one is longer. */
    static final int PIECE_BYTES = 64 * 1024;

    static final String UNFINISHED = ".pack";

    private PackedLayout() {}
}
