package io.millrace.broker.store.log;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.seal.StoreKey;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How a log is kept.
 *
 * @param segmentBytes length of a segment, a power of two from 16 KiB to 1 GiB; a log that is there
 *     keeps the one that it has
 * @param bufferBytes how large the buffer of a batch is at first, a multiple of 8
 * @param maxBufferedBytes what may lie in buffers before it is written; one record larger than that
 *     may all the same, if nothing else does
 * @param synced whether each batch is synced before it counts as written
 * @param syncIntervalNs how long what is written may stay unsynced, if it isn't synced at once
 * @param clockNs nanoseconds that pass evenly, for that interval
 * @param random for salts and the store's id
 * @param knownDurable position up to which somebody else, a replica, knows the log to be durable; 0
 *     if nobody does
 * @param key what records are encrypted with, if they are
 */
public record LogOptions(
        int segmentBytes,
        int bufferBytes,
        int maxBufferedBytes,
        boolean synced,
        long syncIntervalNs,
        LongSupplier clockNs,
        RandomGenerator random,
        long knownDurable,
        StoreKey key) {
    private static final int SEGMENT_BYTES = 64 << 20;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int MAX_BUFFERED_BYTES = 16 << 20;

    // A header, a batch with a record, and one to say that it is durable.
    private static final int MIN_SEGMENT_BYTES = 16 << 10;
    private static final int MAX_SEGMENT_BYTES = 1 << 30;

    /** Checks the ranges. */
    public LogOptions {
        if (segmentBytes < MIN_SEGMENT_BYTES
                || segmentBytes > MAX_SEGMENT_BYTES
                || Integer.bitCount(segmentBytes) != 1) {
            throw new IllegalArgumentException("segments of " + segmentBytes);
        }
        if (bufferBytes < BatchLayout.HEAD_BYTES + RecordLayout.HEAD_BYTES
                || bufferBytes % RecordLayout.ALIGNMENT != 0) {
            throw new IllegalArgumentException("buffers of " + bufferBytes);
        }
    }

    /** Segments of 64 MiB, each batch synced. */
    public static LogOptions standard(LongSupplier clockNs, RandomGenerator random) {
        return new LogOptions(
                SEGMENT_BYTES,
                BUFFER_BYTES,
                MAX_BUFFERED_BYTES,
                true,
                0,
                clockNs,
                random,
                0,
                StoreKey.NONE);
    }

    /** The same with other sizes. */
    public LogOptions withSizes(int segment, int buffer, int maxBuffered) {
        return new LogOptions(
                segment,
                buffer,
                maxBuffered,
                synced,
                syncIntervalNs,
                clockNs,
                random,
                knownDurable,
                key);
    }

    /** The same, but synced only as often as this. */
    public LogOptions syncedEvery(long intervalNs) {
        return new LogOptions(
                segmentBytes,
                bufferBytes,
                maxBufferedBytes,
                false,
                intervalNs,
                clockNs,
                random,
                knownDurable,
                key);
    }

    /** The same, but known by others to be durable up to this position. */
    public LogOptions knownDurable(long position) {
        return new LogOptions(
                segmentBytes,
                bufferBytes,
                maxBufferedBytes,
                synced,
                syncIntervalNs,
                clockNs,
                random,
                position,
                key);
    }

    /** The same, encrypted. */
    public LogOptions encrypted(StoreKey with) {
        return new LogOptions(
                segmentBytes,
                bufferBytes,
                maxBufferedBytes,
                synced,
                syncIntervalNs,
                clockNs,
                random,
                knownDurable,
                with);
    }
}
