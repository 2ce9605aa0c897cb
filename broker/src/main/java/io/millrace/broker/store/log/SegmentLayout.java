package io.millrace.broker.store.log;

/**
 * The byte layout of a segment of the log: one file, as long as all others, that begins as zeros
 * and is used again and again; little-endian.
 *
 * <pre>
 *      0  header         the fields below, then zeros
 *   4096  batches        one behind the other, see {@link BatchLayout}
 *   -128  header again   in case the first one is damaged
 *
 *   0  magic             long
 *   8  version           int
 *  12  checksum          int    CRC32C of the fields behind it
 *  16  number            long   from 1, never given twice: it places the segment in the log
 *  24  store id          long   random, the same in all segments of a log
 *  32  salt              long   random, new each time the file is used
 *  40  first batch       long   number of the first batch
 *  48  previous end      long   position where the segment before ends; 0 if there was none
 *  56  previous checksum int    of the head of the last batch before; 0 if that isn't known
 *  60  segment bytes     int    length of all segments
 *  64  durable end       long   position up to which all was durable when this was written
 *  72  oldest            long   position in front of which nothing was needed any more then
 * </pre>
 *
 * <p>The batches of the segment before end at <i>previous end</i>, whatever else stands there: so
 * what was cut off as a torn tail stays cut off. A segment that isn't on the way from the newest
 * one back by <i>previous end</i> was cut off as a whole.
 */
final class SegmentLayout {
    static final long MAGIC = 0x31_474F_4C4C_494DL; // MILLOG1
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int CHECKSUM = 12;
    static final int NUMBER = 16;
    static final int STORE_ID = 24;
    static final int SALT = 32;
    static final int FIRST_BATCH = 40;
    static final int PREVIOUS_END = 48;
    static final int PREVIOUS_CHECKSUM = 56;
    static final int SEGMENT_BYTES = 60;
    static final int DURABLE_END = 64;
    static final int OLDEST = 72;

    /** Bytes of the fields. */
    static final int FIELD_BYTES = 80;

    /** Where the batches begin. */
    static final int HEADER_BYTES = 4096;

    /** Bytes at the end for the second header. */
    static final int COPY_BYTES = 128;

    private SegmentLayout() {}

    /** Where the second header stands, and the batches end at the latest. */
    static int contentEnd(int segmentBytes) {
        return segmentBytes - COPY_BYTES;
    }
}
