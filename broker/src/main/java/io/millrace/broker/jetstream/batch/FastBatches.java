package io.millrace.broker.jetstream.batch;

import io.millrace.broker.jetstream.publish.FastReply;
import io.millrace.broker.jetstream.publish.PublishHeaders;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fast batches of a stream that are under way: how many messages their clients may send before
 * they hear, what is missing, and when a batch is done. Shard thread.
 *
 * <p>A message goes this way: {@link #receive}; if it is to be stored, {@link #accepted} or {@link
 * #refused} after the stream's checks; {@link #stored} when it is durable. Sequences and replies
 * are the reference's.
 */
public final class FastBatches implements AutoCloseable {
    /** Messages that one client alone may send before it hears. */
    private static final int MAX_FLOW = 500;

    /** Says something to the reply subject of the message that is dealt with. */
    public interface Talk {
        /** {@code FlowMessages.ack}. */
        void ack(long sequence, int messages);

        /** {@code FlowMessages.gap}. */
        void gap(long expected, long sequence);

        /** {@code FlowMessages.error}, with why the message is refused. */
        void error(long sequence);

        /**
         * The batch is done: the acknowledgement of a publish, with the batch.
         *
         * @param streamSequence of its last message that was stored
         * @param count its messages
         */
        void done(String id, long streamSequence, long count);
    }

    private final OpenBatches open;
    // In the order in which messages came for them last.
    private final Map<BatchId, FastBatch> batches = new LinkedHashMap<>(4, 0.75f, true);
    // Those that wait until their last message is stored; they can't time out.
    private final Map<BatchId, FastBatch> committing = new LinkedHashMap<>(4);
    private final BatchId asked = new BatchId();
    private BatchBounds bounds;
    // No batch expires before.
    private long expiryNs = Long.MAX_VALUE;
    private @Nullable FastBatch current;

    /** None are under way. */
    public FastBatches(BatchBounds bounds, OpenBatches open) {
        this.bounds = bounds;
        this.open = open;
    }

    /** Has other bounds hold from here on. */
    public void bound(BatchBounds newBounds) {
        bounds = newBounds;
        expiryNs = Long.MIN_VALUE;
    }

    /** How many are under way. */
    public int size() {
        return batches.size() + committing.size();
    }

    // --- a message comes

    /**
     * A message with such a reply subject has come. Call {@link #expire} before.
     *
     * @param headers of the message
     * @param apiLevel what this server has
     * @param nowNs of a clock that only goes forward
     */
    public FastOutcome receive(
            FastReply reply, PublishHeaders headers, int apiLevel, long nowNs, Talk talk) {
        if (reply.idLength() > BatchId.MAX_BYTES) {
            return FastOutcome.BAD_ID;
        }
        asked.read(reply.region(), reply.idOffset(), reply.idLength());
        boolean ping = reply.operation() == FastReply.Operation.PING;
        FastBatch batch = find();
        if (batch == null) {
            if (reply.sequence() != 1 || ping) {
                return FastOutcome.UNKNOWN;
            }
            batch = begin(reply);
            if (batch == null) {
                return FastOutcome.TOO_MANY;
            }
        }
        if (headers.requiresMoreThan(apiLevel)) {
            close(batch);
            return FastOutcome.UNSUPPORTED;
        }
        batch.activityNs = nowNs;
        expiryNs = Math.min(expiryNs, nowNs + bounds.timeoutNs());
        if (ping) {
            answer(batch, reply.sequence(), talk);
            return FastOutcome.HANDLED;
        }
        return !batch.commits && follow(batch, reply, talk)
                ? FastOutcome.STORE
                : FastOutcome.HANDLED;
    }

    private @Nullable FastBatch find() {
        FastBatch batch = batches.get(asked);
        return batch == null ? committing.get(asked) : batch;
    }

    private @Nullable FastBatch begin(FastReply reply) {
        if (size() >= bounds.perStream() || !open.open()) {
            return null;
        }
        FastBatch batch = new FastBatch(asked.copy(), reply.gapsAreFine(), reply.flow());
        batches.put(batch.id, batch);
        // Beside others, a client begins slowly.
        batch.flow = size() > 1 ? 1 : Math.min(MAX_FLOW, batch.maxFlow);
        return batch;
    }

    /** Answers a ping: the client wants to know, since it waits for a word. */
    private void answer(FastBatch batch, long sequence, Talk talk) {
        if (sequence > batch.last) {
            talk.gap(batch.last + 1, sequence + 1);
            if (batch.gapsAreFine) {
                batch.last = sequence;
                skipToLast(batch);
                if (adaptFlow(batch, talk)) {
                    return;
                }
            } else if (commit(batch, talk)) {
                return;
            }
        }
        talk.ack(batch.told, batch.flow);
    }

    /** Whether the message is to be stored. */
    private boolean follow(FastBatch batch, FastReply reply, Talk talk) {
        long sequence = reply.sequence();
        long expected = batch.last + 1;
        if (sequence != expected) {
            talk.gap(expected, sequence);
            if (!batch.gapsAreFine || sequence < expected) {
                commit(batch, talk);
                return false;
            }
        }
        batch.last = sequence;
        if (reply.operation() == FastReply.Operation.COMMIT_END) {
            batch.last--;
            skipToLast(batch);
            commit(batch, talk);
            return false;
        }
        if (reply.commits()) {
            commit(batch, talk);
        } else if (sequence == 1) {
            talk.ack(0, batch.flow);
        }
        current = batch;
        return true;
    }

    /** With nothing to wait for, all that came is dealt with: stored or refused. */
    private static void skipToLast(FastBatch batch) {
        if (batch.pending == 0) {
            batch.stored = batch.last;
        }
    }

    // --- the stream has checked it

    /**
     * The message that was to be stored is on its way to the disk.
     *
     * @return its batch, for {@link #stored}
     */
    public FastBatch accepted() {
        FastBatch batch = current();
        batch.pending++;
        return batch;
    }

    /**
     * The message that was to be stored is refused.
     *
     * @param duplicate because the stream has it already
     * @return whether to answer as if it were no batch's: with the error, or with what a duplicate
     *     gets and the batch
     */
    public boolean refused(FastReply reply, boolean duplicate, Talk talk) {
        FastBatch batch = current();
        if (duplicate) {
            if (batch.pending == 0) {
                batch.stored = reply.sequence();
                adaptFlow(batch, talk);
            }
            if (!reply.commits()) {
                return false;
            }
        }
        if (!reply.gapsAreFine() && batch.last == 1) {
            close(batch);
            return true;
        }
        if (!duplicate) {
            talk.error(reply.sequence());
            if (reply.gapsAreFine() && !reply.commits()) {
                return false;
            }
            batch.last--;
            skipToLast(batch);
        }
        commit(batch, talk);
        return false;
    }

    private FastBatch current() {
        FastBatch batch = current;
        if (batch == null) {
            throw new IllegalStateException("no message is to be stored");
        }
        current = null;
        return batch;
    }

    // --- it is durable

    /**
     * A message that was accepted is durable; in the order of the stream. {@code talk} is to its
     * reply subject. Nothing happens if the batch has been given up since.
     *
     * @param sequence in the batch
     * @param streamSequence in the stream
     */
    public void stored(FastBatch batch, long sequence, long streamSequence, Talk talk) {
        if (batch.closed) {
            return;
        }
        batch.pending--;
        batch.streamSequence = streamSequence;
        batch.stored = batch.pending == 0 ? batch.last : sequence;
        if (batch.commits && batch.last == batch.stored) {
            finish(batch, talk);
        } else {
            adaptFlow(batch, talk);
        }
    }

    /** Tells the client how far its messages are stored, if it is time to. */
    private boolean adaptFlow(FastBatch batch, Talk talk) {
        if (batch.stored < batch.told + batch.flow) {
            return false;
        }
        // Only the last word counts.
        batch.told += (batch.stored - batch.told) / batch.flow * batch.flow;
        int most = Math.clamp(MAX_FLOW / size(), 1, batch.maxFlow);
        batch.flow =
                batch.flow < most ? Math.min(2 * batch.flow, most) : Math.max(batch.flow / 2, most);
        talk.ack(batch.told, batch.flow);
        return true;
    }

    // --- the end

    /** No more messages are taken; whether the batch is done. */
    private boolean commit(FastBatch batch, Talk talk) {
        if (!batch.commits) {
            batch.commits = true;
            batches.remove(batch.id);
            committing.put(batch.id, batch);
        }
        if (batch.last != batch.stored) {
            return false;
        }
        finish(batch, talk);
        return true;
    }

    private void finish(FastBatch batch, Talk talk) {
        close(batch);
        talk.done(batch.id(), batch.streamSequence, batch.last);
    }

    private void close(FastBatch batch) {
        if (!batch.closed) {
            batch.closed = true;
            batches.remove(batch.id);
            committing.remove(batch.id);
            open.close();
        }
    }

    /** Gives up batches for which no message came in time, without a word, as the reference. */
    public void expire(long nowNs) {
        if (nowNs < expiryNs) {
            return;
        }
        expiryNs = Long.MAX_VALUE;
        Iterator<FastBatch> eldest = batches.values().iterator();
        while (eldest.hasNext()) {
            FastBatch batch = eldest.next();
            if (nowNs - batch.activityNs < bounds.timeoutNs()) {
                expiryNs = batch.activityNs + bounds.timeoutNs();
                return;
            }
            eldest.remove();
            close(batch);
        }
    }

    /** When to {@link #expire} next, or before; {@link Long#MAX_VALUE} if there is nothing to. */
    public long nextExpiryNs() {
        return expiryNs;
    }

    /** Gives up all batches: the stream is gone, or takes none any more. */
    @Override
    public void close() {
        for (FastBatch batch : batches.values().toArray(FastBatch[]::new)) {
            close(batch);
        }
        for (FastBatch batch : committing.values().toArray(FastBatch[]::new)) {
            close(batch);
        }
    }
}
