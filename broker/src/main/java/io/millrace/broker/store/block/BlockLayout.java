package io.millrace.broker.store.block;

/**
 * The layout of a block's file. All values are little-endian.
 *
 * <pre>
 * header, 64 bytes
 *  0 long magic            8 int version         12 int crc32c of bytes 16 .. 63, and the two before
 * 16 long store's id      24 int stream          28 int 0
 * 32 long number          40 long salt           48 long salt of its packing, see PackedLayout
 *
 * records, see RecordLayout, each begins 8-aligned; the crc is seeded with salt ^ offset
 *
 * end mark, 32 bytes, once nothing more is appended
 *  0 int -1                4 int crc32c, seeded likewise, of bytes 8 .. 31
 *  8 long records         16 long where it begins 24 long number
 * </pre>
 *
 * <p>The salt is another one for each block: bytes of an older file in the same place never count.
 */
final class BlockLayout {
    static final long MAGIC = 0x314B_4C42_4C49_4D1AL;
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int CRC_OFFSET = 12;
    static final int STORE_OFFSET = 16;
    static final int STREAM_OFFSET = 24;
    static final int NUMBER_OFFSET = 32;
    static final int SALT_OFFSET = 40;
    static final int PACKING_OFFSET = 48;
    static final int HEADER_BYTES = 64;

    static final int END = -1;
    static final int END_CRC_OFFSET = 4;
    static final int END_RECORDS_OFFSET = 8;
    static final int END_PLACE_OFFSET = 16;
    static final int END_NUMBER_OFFSET = 24;
    static final int END_BYTES = 32;

    /** Numbers are at most so high: a location has 36 bits for them. */
    static final long MOST_BLOCKS = (1L << 36) - 1;

    private static final String SUFFIX = ".blk";
    private static final int HEX = 16;
    private static final int NAME_DIGITS = 9;

    private BlockLayout() {}

    /** The name of a block's file, without its directory. */
    static String fileName(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(NAME_DIGITS - digits.length()) + digits + SUFFIX;
    }

    /** The number of the block with this file's name; -1 if no block has it. */
    static long number(String fileName) {
        if (fileName.length() != NAME_DIGITS + SUFFIX.length() || !fileName.endsWith(SUFFIX)) {
            return -1;
        }
        String digits = fileName.substring(0, NAME_DIGITS);
        for (int i = 0; i < digits.length(); i++) {
            if ("0123456789abcdef".indexOf(digits.charAt(i)) < 0) {
                return -1;
            }
        }
        return Long.parseLong(digits, HEX);
    }
}
