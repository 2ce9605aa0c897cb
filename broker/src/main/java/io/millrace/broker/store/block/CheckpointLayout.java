package io.millrace.broker.store.block;

/**
 * The layout of a checkpoint's file. All values are little-endian.
 *
 * <pre>
 * header, 64 bytes
 *  0 long magic            8 int version         12 int crc32c of bytes 16 .. 63, and the two before
 * 16 long store's id      24 long position of the log that it covers
 * 32 two longs: random, in an encrypted store          48 0 ...
 *
 * frames, one behind the other; none is longer than 256 KiB
 *  0 int crc32c, seeded with the crc of the frame before and its number, of bytes 4 .. and the body
 *  4 int kind              8 int length of the body                          12 int 0
 *
 * kind 1  a section begins    int type   int stream   long position of the log
 * kind 2  more of it          bytes
 * kind 3  it ends             long bytes of all
 * kind 4  the file ends       long sections
 * </pre>
 *
 * <p>In an encrypted store the body of each frame is encrypted, and a tag of 16 bytes follows it,
 * which its length counts.
 *
 * <p>The crc of the last frame so depends on every byte of the file.
 */
final class CheckpointLayout {
    static final long MAGIC = 0x3154_4E50_4B43_4D1AL;
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int CRC_OFFSET = 12;
    static final int STORE_OFFSET = 16;
    static final int POSITION_OFFSET = 24;
    static final int SALT_OFFSET = 32;
    static final int OTHER_SALT_OFFSET = 40;
    static final int HEADER_BYTES = 64;

    static final int FRAME_CRC_OFFSET = 0;
    static final int FRAME_KIND_OFFSET = 4;
    static final int FRAME_LENGTH_OFFSET = 8;
    static final int FRAME_RESERVED_OFFSET = 12;
    static final int FRAME_HEAD_BYTES = 16;

    /** Head and body. */
    static final int MOST_FRAME_BYTES = 256 * 1024;

    static final int BEGIN = 1;
    static final int MORE = 2;
    static final int END = 3;
    static final int END_OF_FILE = 4;

    static final int BEGIN_TYPE_OFFSET = 0;
    static final int BEGIN_STREAM_OFFSET = 4;
    static final int BEGIN_POSITION_OFFSET = 8;
    static final int BEGIN_BYTES = 16;

    private static final String PREFIX = "checkpoint-";
    private static final String UNFINISHED = ".new";
    private static final int HEX = 16;

    private CheckpointLayout() {}

    static String fileName(long position) {
        return PREFIX + String.format("%016x", position);
    }

    static String unfinishedName(long position) {
        return fileName(position) + UNFINISHED;
    }

    static boolean isUnfinished(String fileName) {
        return fileName.startsWith(PREFIX) && fileName.endsWith(UNFINISHED);
    }

    /** The position in a checkpoint's name; -1 if it is no checkpoint's. */
    static long position(String fileName) {
        if (fileName.length() != PREFIX.length() + HEX || !fileName.startsWith(PREFIX)) {
            return -1;
        }
        try {
            return Long.parseUnsignedLong(fileName, PREFIX.length(), fileName.length(), HEX);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** What a frame's checksum begins with. */
    static long seed(long frame, int crcBefore) {
        return frame << Integer.SIZE ^ crcBefore & 0xFFFF_FFFFL;
    }
}
