package io.millrace.broker.store.log;

import static io.millrace.broker.store.log.SegmentLayout.CHECKSUM;
import static io.millrace.broker.store.log.SegmentLayout.DURABLE_END;
import static io.millrace.broker.store.log.SegmentLayout.FIELD_BYTES;
import static io.millrace.broker.store.log.SegmentLayout.FIRST_BATCH;
import static io.millrace.broker.store.log.SegmentLayout.MAGIC;
import static io.millrace.broker.store.log.SegmentLayout.MAGIC_OFFSET;
import static io.millrace.broker.store.log.SegmentLayout.NUMBER;
import static io.millrace.broker.store.log.SegmentLayout.OLDEST;
import static io.millrace.broker.store.log.SegmentLayout.PREVIOUS_CHECKSUM;
import static io.millrace.broker.store.log.SegmentLayout.PREVIOUS_END;
import static io.millrace.broker.store.log.SegmentLayout.SALT;
import static io.millrace.broker.store.log.SegmentLayout.SEGMENT_BYTES;
import static io.millrace.broker.store.log.SegmentLayout.STORE_ID;
import static io.millrace.broker.store.log.SegmentLayout.VERSION;
import static io.millrace.broker.store.log.SegmentLayout.VERSION_OFFSET;

import io.millrace.protocol.Checksum;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/** What a segment says of itself; the fields are told of in {@link SegmentLayout}. */
record SegmentHeader(
        long number,
        long storeId,
        long salt,
        long firstBatch,
        long previousEnd,
        int previousChecksum,
        int segmentBytes,
        long durableEnd,
        long oldest) {

    /** Position where the segment begins. */
    long base() {
        return number * segmentBytes;
    }

    /** Writes the fields to the beginning of a region. */
    void write(Region to, Checksum checksum) {
        to.putLong(MAGIC_OFFSET, MAGIC);
        to.putInt(VERSION_OFFSET, VERSION);
        to.putLong(NUMBER, number);
        to.putLong(STORE_ID, storeId);
        to.putLong(SALT, salt);
        to.putLong(FIRST_BATCH, firstBatch);
        to.putLong(PREVIOUS_END, previousEnd);
        to.putInt(PREVIOUS_CHECKSUM, previousChecksum);
        to.putInt(SEGMENT_BYTES, segmentBytes);
        to.putLong(DURABLE_END, durableEnd);
        to.putLong(OLDEST, oldest);
        to.putInt(CHECKSUM, checksum.of(NUMBER, FIELD_BYTES - NUMBER));
    }

    /** Reads the fields at an offset; null if that is no header, or a damaged one. */
    static @Nullable SegmentHeader read(Region from, Checksum checksum, int at) {
        if (from.getLong(at + MAGIC_OFFSET) != MAGIC
                || from.getInt(at + VERSION_OFFSET) != VERSION
                || from.getInt(at + CHECKSUM) != checksum.of(at + NUMBER, FIELD_BYTES - NUMBER)) {
            return null;
        }
        return new SegmentHeader(
                from.getLong(at + NUMBER),
                from.getLong(at + STORE_ID),
                from.getLong(at + SALT),
                from.getLong(at + FIRST_BATCH),
                from.getLong(at + PREVIOUS_END),
                from.getInt(at + PREVIOUS_CHECKSUM),
                from.getInt(at + SEGMENT_BYTES),
                from.getLong(at + DURABLE_END),
                from.getLong(at + OLDEST));
    }
}
