package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.batch.BatchBounds;
import io.millrace.broker.jetstream.batch.FastBatches;
import io.millrace.broker.jetstream.batch.FastOutcome;
import io.millrace.broker.jetstream.batch.OpenBatches;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamMetadata;
import io.millrace.broker.jetstream.publish.FastReply;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.HeaderBlock;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Outcome;

import org.jspecify.annotations.Nullable;

/**
 * The fast batches of a stream, and what their publishers are told. Shard thread.
 *
 * <p>What is said of a message is put together as soon as the message is a record, and said once
 * the record is as durable as the stream promises: so no publisher hears of more than that.
 */
final class FastPart implements FastBatches.Talk, AutoCloseable {
    private final Shard shard;
    private final StreamHandle handle;
    private final PubAcks acks;
    private final FastBatches batches;
    private final PublishHeaders headers = new PublishHeaders();
    private final HeaderBlock block = new HeaderBlock();

    /** Where the publisher of the message hears of it. */
    private final Bytes to = new Bytes();

    /** Why the message is refused, if it is. */
    private @Nullable ApiError refusal;

    FastPart(Shard shard, StreamHandle handle, PubAcks acks, BatchBounds bounds, OpenBatches open) {
        this.shard = shard;
        this.handle = handle;
        this.acks = acks;
        batches = new FastBatches(bounds, open);
    }

    /** Has other bounds hold from here on. */
    void bound(BatchBounds newBounds) {
        batches.bound(newBounds);
    }

    /**
     * A message has come.
     *
     * @param reply null if its reply subject only ends like that of one of a fast batch
     * @param nowNs never goes back
     */
    void onMessage(@Nullable FastReply reply, Incoming message, long nowNs) {
        batches.expire(nowNs);
        to.at(message.reply);
        ApiError wrong = handle.stream().checkForBatch(message, 0);
        if (wrong == null && !handle.stream().config().allowBatched()) {
            wrong = ApiErrors.BATCH_PUBLISH_DISABLED.error();
        }
        if (wrong == null && reply == null) {
            wrong = ApiErrors.BATCH_PUBLISH_INVALID_PATTERN.error();
        }
        if (wrong != null || reply == null) {
            refuse(wrong);
            return;
        }
        headers.read(message.headers.region(), message.headers.offset(), message.headers.length());
        FastOutcome outcome =
                batches.receive(reply, headers, StreamMetadata.API_LEVEL, nowNs, this);
        switch (outcome) {
            case STORE -> store(reply, message);
            case HANDLED -> {
                // All is said.
            }
            case BAD_ID -> refuse(ApiErrors.BATCH_PUBLISH_INVALID_BATCH_ID.error());
            case UNKNOWN -> refuse(ApiErrors.BATCH_PUBLISH_UNKNOWN_BATCH_ID.error());
            case TOO_MANY -> refuse(ApiErrors.BATCH_PUBLISH_TOO_MANY_INFLIGHT.error());
            case UNSUPPORTED -> refuse(ApiErrors.REQUIRED_API_LEVEL.error());
        }
    }

    private void store(FastReply reply, Incoming message) {
        if (headers.has(Header.REQUIRED_API_LEVEL)) {
            block.load(
                    message.headers.region(), message.headers.offset(), message.headers.length());
            block.remove(Header.REQUIRED_API_LEVEL);
            message.keep(message.headers, block.bytes());
        }
        Outcome outcome = handle.stream().publishFast(message, shard.nowNs());
        boolean duplicate = outcome.kind() == Outcome.Kind.DUPLICATE;
        if (outcome.kind() == Outcome.Kind.STORED) {
            batches.stored(batches.accepted(), reply.sequence(), outcome.sequence(), this);
            return;
        }
        refusal = duplicate ? null : outcome.error();
        if (!batches.refused(reply, duplicate, this)) {
            return;
        }
        if (duplicate) {
            acks.duplicate(
                    handle,
                    to,
                    outcome.sequence(),
                    reply.region(),
                    reply.idOffset(),
                    reply.idLength(),
                    reply.sequence());
        } else {
            acks.refused(handle, to, outcome.error());
        }
    }

    private void refuse(@Nullable ApiError why) {
        if (why != null && !handle.stream().config().noAck()) {
            acks.refused(handle, to, why);
        }
    }

    @Override
    public void ack(long sequence, int messages) {
        if (sequence > 0 || !handle.stream().config().noAck()) {
            acks.flow(handle, to, sequence, messages);
        }
    }

    @Override
    public void gap(long expected, long sequence) {
        acks.gap(handle, to, expected, sequence);
    }

    @Override
    public void error(long sequence) {
        if (refusal != null) {
            acks.error(handle, to, sequence, refusal);
        }
    }

    @Override
    public void done(String id, long streamSequence, long count) {
        acks.batch(handle, to, streamSequence, id, count);
    }

    /** Gives up what didn't go on in time; returns when to look again. */
    long poll(long nowNs) {
        batches.expire(nowNs);
        return batches.nextExpiryNs();
    }

    long nextExpiryNs() {
        return batches.nextExpiryNs();
    }

    @Override
    public void close() {
        batches.close();
    }
}
