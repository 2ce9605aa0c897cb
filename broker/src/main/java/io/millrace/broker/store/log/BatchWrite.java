package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Errand;
import io.millrace.protocol.Checksum;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * The errand that writes one batch, and syncs it where each is; one at a time, so there is one of
 * it. Runs on the errand thread or, where nothing else waits, on the shard thread itself.
 */
final class BatchWrite implements Errand, AutoCloseable {
    /** Who is told how it went. */
    interface Outcome {
        /**
         * The batch was written, or has failed.
         *
         * @param failure null if it was written
         */
        void onWritten(Batch batch, @Nullable Exception failure);
    }

    private final Outcome outcome;
    private final boolean synced;
    private final LongSupplier clockNs;
    private final NativeBlock headerBlock = NativeBlock.allocate(SegmentLayout.HEADER_BYTES);
    private final Region header = headerBlock.region();
    private final Checksum checksum = new Checksum(header);

    private @Nullable Batch batch;
    private boolean first;
    private long syncNs;

    BatchWrite(boolean synced, LongSupplier clockNs, Outcome outcome) {
        this.synced = synced;
        this.clockNs = clockNs;
        this.outcome = outcome;
        header.put(0, new byte[SegmentLayout.HEADER_BYTES]);
    }

    /** Whether a batch is under way. */
    boolean isUnderWay() {
        return batch != null;
    }

    /** The batch that is under way, if there is one. */
    @Nullable Batch batch() {
        return batch;
    }

    /** How long the last sync took. */
    long syncNs() {
        return syncNs;
    }

    /** Takes a sealed batch; the header goes with the first of its segment. */
    BatchWrite of(Batch sealed) {
        Segment segment = sealed.segment();
        batch = sealed;
        first = !segment.isBegun();
        if (first) {
            segment.header().write(header, checksum);
            segment.setBegun();
        }
        return this;
    }

    @Override
    public void run() throws IOException {
        Batch writing = batch;
        if (writing == null) {
            throw new IllegalStateException("there is no batch");
        }
        Segment segment = writing.segment();
        if (first) {
            int copyAt = SegmentLayout.contentEnd(segment.header().segmentBytes());
            segment.file().write(0, header, 0, SegmentLayout.HEADER_BYTES);
            segment.file().write(copyAt, header, 0, SegmentLayout.COPY_BYTES);
        }
        segment.file().write(writing.offset(), writing.region(), 0, writing.length());
        if (synced) {
            long beginNs = clockNs.getAsLong();
            segment.file().sync();
            syncNs = clockNs.getAsLong() - beginNs;
        }
    }

    @Override
    public void done(@Nullable IOException failure) {
        end(failure);
    }

    /** It is over; the next may begin while the outcome is told, unless it failed. */
    void end(@Nullable Exception failure) {
        Batch written = batch;
        if (written == null) {
            throw new IllegalStateException("there was no batch");
        }
        if (failure == null) {
            batch = null;
        }
        outcome.onWritten(written, failure);
    }

    @Override
    public void close() {
        headerBlock.close();
    }
}
