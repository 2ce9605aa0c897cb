package io.millrace.broker.store.log;

import static io.millrace.broker.store.log.BatchLayout.CHECKSUM;
import static io.millrace.broker.store.log.BatchLayout.COUNT;
import static io.millrace.broker.store.log.BatchLayout.DURABLE_END;
import static io.millrace.broker.store.log.BatchLayout.HEAD_BYTES;
import static io.millrace.broker.store.log.BatchLayout.LENGTH;
import static io.millrace.broker.store.log.BatchLayout.MAGIC;
import static io.millrace.broker.store.log.BatchLayout.MAGIC_OFFSET;
import static io.millrace.broker.store.log.BatchLayout.NUMBER;
import static io.millrace.broker.store.log.BatchLayout.PREVIOUS_CHECKSUM;
import static io.millrace.broker.store.log.BatchLayout.RECORDS;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordSeal;
import io.millrace.protocol.Checksum;
import io.millrace.protocol.Region;

/** The head of a batch, as it was read last. */
final class BatchHead {
    private int length;
    private long number;
    private long durableEnd;
    private int count;
    private int previousChecksum;
    private int records;
    private int ownChecksum;

    /**
     * Reads what stands there.
     *
     * @param checksum of {@code in}
     * @param place the segment's salt, mixed with the position
     * @param room bytes from there to the end of the segment's batches
     * @return false if it is no head, a damaged one, or of another place or time
     */
    boolean read(Region in, Checksum checksum, int at, long place, int room) {
        if (room < HEAD_BYTES || in.getInt(at + MAGIC_OFFSET) != MAGIC) {
            return false;
        }
        length = in.getInt(at + LENGTH);
        ownChecksum = in.getInt(at + CHECKSUM);
        if (ownChecksum != checksumOf(checksum, at, place, length)) {
            return false;
        }
        number = in.getLong(at + NUMBER);
        durableEnd = in.getLong(at + DURABLE_END);
        count = in.getInt(at + COUNT);
        previousChecksum = in.getInt(at + PREVIOUS_CHECKSUM);
        records = in.getInt(at + RECORDS);
        return length >= HEAD_BYTES && length <= room && length % RecordLayout.ALIGNMENT == 0;
    }

    /** Writes a head in front of records that are there. Returns its checksum. */
    static int write(
            Region to,
            Checksum checksum,
            long place,
            int length,
            long number,
            long durableEnd,
            int count,
            int previousChecksum,
            int records) {
        to.putInt(MAGIC_OFFSET, MAGIC);
        to.putInt(LENGTH, length);
        to.putLong(NUMBER, number);
        to.putLong(DURABLE_END, durableEnd);
        to.putInt(COUNT, count);
        to.putInt(PREVIOUS_CHECKSUM, previousChecksum);
        to.putInt(RECORDS, records);
        int sum = checksumOf(checksum, 0, place, length);
        to.putInt(CHECKSUM, sum);
        return sum;
    }

    private static int checksumOf(Checksum checksum, int at, long place, int length) {
        return checksum.of(at, CHECKSUM) ^ RecordSeal.fold(place, length);
    }

    int length() {
        return length;
    }

    long number() {
        return number;
    }

    long durableEnd() {
        return durableEnd;
    }

    int count() {
        return count;
    }

    int previousChecksum() {
        return previousChecksum;
    }

    int records() {
        return records;
    }

    int checksum() {
        return ownChecksum;
    }
}
