package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.batch.BatchMessage;
import io.millrace.broker.jetstream.batch.StagedBatch;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.store.RecordLayout;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the messages of a complete atomic batch, all or none (ADR-50): all are checked first, then
 * all are made records, then all are applied. Shard thread.
 */
final class AtomicWrites implements AutoCloseable {
    private static final String COMMIT = "1";

    private final Stream stream;
    private final StreamParts parts;
    private final HeaderEdits edits;
    private final Staged staged = Staged.ofMany();
    private final BatchMessage place = new BatchMessage();
    private final Incoming message = new Incoming();
    private long[] locations = new long[8];

    AtomicWrites(Stream stream, StreamParts parts, HeaderEdits edits) {
        this.stream = stream;
        this.parts = parts;
        this.edits = edits;
    }

    /**
     * Keeps a batch.
     *
     * @param batch its messages may be changed by this
     * @return why none of it is kept; null if all is
     */
    @Nullable ApiError write(StagedBatch batch, long nowNs) {
        ApiError wrong = check(batch, nowNs);
        if (wrong == null) {
            wrong = parts.quota().refuses(staged.bytes());
        }
        if (wrong == null && !stream.messages().hasMemory(staged.bytes())) {
            wrong = ApiErrors.INSUFFICIENT_RESOURCES.error();
        }
        staged.clear();
        // Times never decrease, so that a time can be searched for.
        long timeNs = Math.max(nowNs, stream.messages().lastTimeNs());
        if (wrong == null && !append(batch, timeNs)) {
            wrong = ApiErrors.INSUFFICIENT_RESOURCES.error();
        }
        if (wrong == null) {
            apply(batch, timeNs);
        }
        message.clear();
        return wrong;
    }

    private @Nullable ApiError check(StagedBatch batch, long nowNs) {
        for (int i = 0; i < batch.count(); i++) {
            read(batch, i);
            ApiError wrong = stream.checkInBatch(message, staged, nowNs);
            if (wrong != null) {
                return wrong;
            }
            if (batch.isEndMarked() && i == batch.count() - 1) {
                edits.set(message, Header.BATCH_COMMIT, COMMIT);
            }
            if (isChanged() && !batch.replace(i, changed())) {
                return ApiErrors.INSUFFICIENT_RESOURCES.error();
            }
        }
        return null;
    }

    private void read(StagedBatch batch, int index) {
        batch.read(index, place);
        message.clear();
        at(message.subject, place.subject());
        at(message.headers, place.headers());
        at(message.payload, place.payload());
    }

    private static void at(Bytes bytes, BatchMessage.Part part) {
        bytes.at(part.region(), part.offset(), part.length());
    }

    private boolean isChanged() {
        return differs(message.subject, place.subject())
                || differs(message.headers, place.headers())
                || differs(message.payload, place.payload());
    }

    private static boolean differs(Bytes bytes, BatchMessage.Part part) {
        return bytes.region() != part.region()
                || bytes.offset() != part.offset()
                || bytes.length() != part.length();
    }

    private BatchMessage changed() {
        set(place.subject(), message.subject);
        set(place.headers(), message.headers);
        set(place.payload(), message.payload);
        return place;
    }

    private static void set(BatchMessage.Part part, Bytes bytes) {
        part.set(bytes.region(), bytes.offset(), bytes.length());
    }

    /** Makes records of all; false if there is no room, and then they count for nothing. */
    private boolean append(StagedBatch batch, long timeNs) {
        Records records = parts.records();
        int count = batch.count();
        if (locations.length < count) {
            locations = new long[count];
        }
        long next = stream.messages().lastSequence() + 1;
        for (int i = 0; i < count; i++) {
            read(batch, i);
            int flags = flags(i, count);
            long location = records.append(next + i, timeNs, message, flags);
            if (location < 0 && records.makeRoom()) {
                // The rest of a batch that is larger than what may lie in memory.
                location = records.append(next + i, timeNs, message, flags);
            }
            if (location < 0) {
                giveUp(batch, i);
                return false;
            }
            locations[i] = location;
        }
        return true;
    }

    private static int flags(int index, int count) {
        if (count == 1) {
            return 0;
        }
        if (index == 0) {
            return RecordLayout.ATOMIC_BEGIN | RecordLayout.ATOMIC;
        }
        return index == count - 1 ? RecordLayout.ATOMIC_END : RecordLayout.ATOMIC;
    }

    private void giveUp(StagedBatch batch, int appended) {
        for (int i = 0; i < appended; i++) {
            read(batch, i);
            parts.records().dead(locations[i], parts.sizes().of(message));
        }
    }

    private void apply(StagedBatch batch, long timeNs) {
        long next = stream.messages().lastSequence() + 1;
        for (int i = 0; i < batch.count(); i++) {
            read(batch, i);
            stream.keptInBatch(message, next + i, timeNs, locations[i]);
        }
    }

    @Override
    public void close() {
        message.close();
    }
}
