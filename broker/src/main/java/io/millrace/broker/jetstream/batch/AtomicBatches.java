package io.millrace.broker.jetstream.batch;

import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.ledger.Debtor;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The atomic batches of a stream that are under way (ADR-50): keeps their messages until the last
 * one has come. Shard thread.
 *
 * <p>The order of the checks is the reference's. Whether the stream takes what a complete batch
 * holds is the stream's to say.
 */
public final class AtomicBatches implements AutoCloseable {
    private static final byte[] COMMIT = "1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMIT_END = "eob".getBytes(StandardCharsets.US_ASCII);
    private static final String TIMEOUT = "timeout";

    /** Hears of batches that were given up. */
    @FunctionalInterface
    public interface Abandoned {
        /**
         * A batch is gone.
         *
         * @param reason for the advisory
         */
        void onAbandoned(String id, String reason);
    }

    private final Debtor debtor;
    private final OpenBatches open;
    // In the order in which messages came for them last.
    private final Map<BatchId, StagedBatch> batches = new LinkedHashMap<>(4, 0.75f, true);
    private final BatchId asked = new BatchId();
    private BatchBounds bounds;
    // No batch expires before.
    private long expiryNs = Long.MAX_VALUE;
    private @Nullable StagedBatch complete;
    private long bytes;

    /** None are under way. */
    public AtomicBatches(Debtor debtor, BatchBounds bounds, OpenBatches open) {
        this.debtor = debtor;
        this.bounds = bounds;
        this.open = open;
    }

    /** Has other bounds hold from here on. */
    public void bound(BatchBounds newBounds) {
        bounds = newBounds;
        expiryNs = Long.MIN_VALUE;
    }

    /** What their messages take up. */
    public long bytes() {
        return bytes;
    }

    /** How many are under way. */
    public int size() {
        return batches.size();
    }

    /**
     * A message with a {@link Header#BATCH_ID} has come. Call {@link #expire} before.
     *
     * @param headers of the message
     * @param apiLevel what this server has
     * @param message what to keep of it: without what it required of the server
     * @param nowNs of a clock that only goes forward
     */
    public AtomicOutcome receive(
            PublishHeaders headers, int apiLevel, BatchMessage message, long nowNs) {
        int idLength = headers.length(Header.BATCH_ID);
        if (idLength > BatchId.MAX_BYTES) {
            return AtomicOutcome.BAD_ID;
        }
        long sequence = headers.number(Header.BATCH_SEQUENCE);
        if (sequence == PublishHeaders.NO_NUMBER) {
            return AtomicOutcome.NO_SEQUENCE;
        }
        boolean end = headers.equal(Header.BATCH_COMMIT, COMMIT_END);
        // What ends the batch without being stored doesn't count.
        long size = end ? sequence - 1 : sequence;
        asked.read(headers.region(), headers.offset(Header.BATCH_ID), idLength);
        StagedBatch batch = batches.get(asked);
        if (batch == null) {
            if (sequence != 1) {
                return size > bounds.messages()
                        ? AtomicOutcome.UNKNOWN_AND_TOO_LARGE
                        : AtomicOutcome.UNKNOWN;
            }
            batch = begin();
            if (batch == null) {
                return AtomicOutcome.TOO_MANY;
            }
        }
        batch.activityNs = nowNs;
        expiryNs = Math.min(expiryNs, nowNs + bounds.timeoutNs());
        AtomicOutcome outcome = check(batch, headers, apiLevel, sequence, end);
        if (outcome == AtomicOutcome.STAGED && size > bounds.messages()) {
            outcome = AtomicOutcome.TOO_LARGE;
        }
        if (outcome == AtomicOutcome.STAGED && !end && !hold(batch, message)) {
            outcome = AtomicOutcome.NO_MEMORY;
        }
        if (outcome != AtomicOutcome.STAGED) {
            batches.remove(batch.key());
            giveUp(batch);
            return outcome;
        }
        return headers.has(Header.BATCH_COMMIT) ? complete(batch, end) : AtomicOutcome.STAGED;
    }

    private boolean hold(StagedBatch batch, BatchMessage message) {
        long before = batch.bytes();
        if (bytes + message.bytes() > bounds.bytes() || !batch.add(message)) {
            return false;
        }
        bytes += batch.bytes() - before;
        return true;
    }

    private void giveUp(StagedBatch batch) {
        bytes -= batch.bytes();
        batch.close();
    }

    private @Nullable StagedBatch begin() {
        if (batches.size() >= bounds.perStream() || !open.open()) {
            return null;
        }
        BatchId id = asked.copy();
        StagedBatch batch = new StagedBatch(debtor, open, id);
        batches.put(id, batch);
        return batch;
    }

    private AtomicOutcome check(
            StagedBatch batch, PublishHeaders headers, int apiLevel, long sequence, boolean end) {
        boolean commits = headers.has(Header.BATCH_COMMIT);
        if (commits && !end && !headers.equal(Header.BATCH_COMMIT, COMMIT)) {
            return AtomicOutcome.BAD_COMMIT;
        }
        if (headers.requiresMoreThan(apiLevel)) {
            return AtomicOutcome.UNSUPPORTED;
        }
        boolean follows = sequence == batch.count() + 1L;
        return follows && !(end && sequence == 1) ? AtomicOutcome.STAGED : AtomicOutcome.INCOMPLETE;
    }

    private AtomicOutcome complete(StagedBatch batch, boolean end) {
        batches.remove(batch.key());
        if (end) {
            batch.markEnd();
        }
        if (complete != null) {
            throw new IllegalStateException("a complete batch wasn't taken");
        }
        complete = batch;
        return AtomicOutcome.COMPLETE;
    }

    /** The batch that is complete, to be closed when it was stored or refused; once. */
    public StagedBatch takeComplete() {
        StagedBatch taken = complete;
        if (taken == null) {
            throw new IllegalStateException("no batch is complete");
        }
        complete = null;
        bytes -= taken.bytes();
        return taken;
    }

    /** Gives up batches for which no message came in time. */
    public void expire(long nowNs, Abandoned abandoned) {
        if (nowNs < expiryNs) {
            return;
        }
        expiryNs = Long.MAX_VALUE;
        Iterator<StagedBatch> eldest = batches.values().iterator();
        while (eldest.hasNext()) {
            StagedBatch batch = eldest.next();
            if (nowNs - batch.activityNs < bounds.timeoutNs()) {
                expiryNs = batch.activityNs + bounds.timeoutNs();
                return;
            }
            eldest.remove();
            String id = batch.id();
            giveUp(batch);
            abandoned.onAbandoned(id, TIMEOUT);
        }
    }

    /** When to {@link #expire} next, or before; {@link Long#MAX_VALUE} if there is nothing to. */
    public long nextExpiryNs() {
        return expiryNs;
    }

    /** Gives up all batches, without a word: the stream is gone, or takes none any more. */
    @Override
    public void close() {
        batches.values().forEach(this::giveUp);
        batches.clear();
        if (complete != null) {
            giveUp(complete);
            complete = null;
        }
    }
}
