package io.millrace.broker.store.log;

/**
 * The byte layout of a batch: what is written and synced in one go, within one segment, at a
 * multiple of 8; little-endian.
 *
 * <pre>
 *   0  magic             int
 *   4  length            int    the whole batch, a multiple of 8
 *   8  number            long   of the batch, from 1, one more than that of the batch before
 *  16  durable end       long   position up to which all was durable when this was written
 *  24  count             int    of the records; 0 in a batch that only says what is durable
 *  28  previous checksum int    of the head of the batch before; 0 if that isn't known
 *  32  records           int    made of the checksums of all records, in order
 *  36  checksum          int    CRC32C of the fields before it, mixed with salt and position
 *  40  records, each at a multiple of 8
 * </pre>
 */
final class BatchLayout {
    static final int MAGIC = 0x4843_5442; // BTCH

    static final int MAGIC_OFFSET = 0;
    static final int LENGTH = 4;
    static final int NUMBER = 8;
    static final int DURABLE_END = 16;
    static final int COUNT = 24;
    static final int PREVIOUS_CHECKSUM = 28;
    static final int RECORDS = 32;
    static final int CHECKSUM = 36;

    /** Where the first record begins. */
    static final int HEAD_BYTES = 40;

    private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

    private BatchLayout() {}

    /** What the checksums of records make, with one more behind them; 0 for none. */
    static long with(long records, int checksum) {
        return (records + checksum) * FACTOR;
    }

    /** What of it is written. */
    static int folded(long records) {
        return (int) (records >>> Integer.SIZE);
    }
}
