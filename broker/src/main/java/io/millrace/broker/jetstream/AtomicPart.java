package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.Advisories;
import io.millrace.broker.jetstream.batch.AtomicBatches;
import io.millrace.broker.jetstream.batch.AtomicOutcome;
import io.millrace.broker.jetstream.batch.BatchBounds;
import io.millrace.broker.jetstream.batch.BatchMessage;
import io.millrace.broker.jetstream.batch.OpenBatches;
import io.millrace.broker.jetstream.batch.StagedBatch;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamMetadata;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.HeaderBlock;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Outcome;

import java.util.Locale;

/** The atomic batches of a stream, and what their publishers are told. Shard thread. */
final class AtomicPart implements AutoCloseable {
    private final Shard shard;
    private final StreamHandle handle;
    private final PubAcks acks;
    private final Audit audit;
    private BatchBounds bounds;
    private final AtomicBatches batches;
    private final PublishHeaders headers = new PublishHeaders();
    private final HeaderBlock block = new HeaderBlock();
    private final BatchMessage place = new BatchMessage();

    AtomicPart(
            Shard shard,
            StreamHandle handle,
            PubAcks acks,
            Audit audit,
            BatchBounds bounds,
            OpenBatches open) {
        this.shard = shard;
        this.handle = handle;
        this.acks = acks;
        this.audit = audit;
        this.bounds = bounds;
        batches = new AtomicBatches(shard.debtor(), bounds, open);
    }

    /** Has other bounds hold from here on. */
    void bound(BatchBounds newBounds) {
        bounds = newBounds;
        batches.bound(newBounds);
    }

    /** A message has come; {@code nowNs} never goes back. */
    void onMessage(Incoming message, long nowNs) {
        batches.expire(nowNs, this::abandoned);
        ApiError wrong = handle.stream().checkForBatch(message, batches.bytes());
        if (wrong == null && !handle.stream().config().allowAtomic()) {
            wrong = ApiErrors.ATOMIC_PUBLISH_DISABLED.error();
        }
        if (wrong != null) {
            refuse(message.reply, wrong);
            return;
        }
        headers.read(message.headers.region(), message.headers.offset(), message.headers.length());
        if (headers.has(Header.REQUIRED_API_LEVEL)) {
            block.load(
                    message.headers.region(), message.headers.offset(), message.headers.length());
            block.remove(Header.REQUIRED_API_LEVEL);
            message.keep(message.headers, block.bytes());
        }
        set(place.subject(), message.subject);
        set(place.headers(), message.headers);
        set(place.payload(), message.payload);
        AtomicOutcome outcome = batches.receive(headers, StreamMetadata.API_LEVEL, place, nowNs);
        if (!outcome.abandonReason().isEmpty()) {
            abandoned(headers.text(Header.BATCH_ID), outcome.abandonReason());
        }
        answer(message.reply, outcome);
    }

    private static void set(BatchMessage.Part part, Bytes bytes) {
        part.set(bytes.region(), bytes.offset(), bytes.length());
    }

    private void answer(Bytes to, AtomicOutcome outcome) {
        switch (outcome) {
            case STAGED -> {
                if (mayAnswer(to)) {
                    acks.staged(handle, to);
                }
            }
            case COMPLETE -> commit(to);
            case BAD_ID -> refuse(to, ApiErrors.ATOMIC_PUBLISH_INVALID_BATCH_ID.error());
            case NO_SEQUENCE -> refuse(to, ApiErrors.ATOMIC_PUBLISH_MISSING_SEQ.error());
            case UNKNOWN, INCOMPLETE ->
                    refuse(to, ApiErrors.ATOMIC_PUBLISH_INCOMPLETE_BATCH.error());
            case UNKNOWN_AND_TOO_LARGE, TOO_LARGE ->
                    refuse(
                            to,
                            ApiErrors.ATOMIC_PUBLISH_TOO_LARGE_BATCH.error(
                                    Integer.toString(bounds.messages())));
            case NO_MEMORY -> refuse(to, ApiErrors.INSUFFICIENT_RESOURCES.error());
            case TOO_MANY -> refuse(to, ApiErrors.ATOMIC_PUBLISH_TOO_MANY_INFLIGHT.error());
            case BAD_COMMIT -> refuse(to, ApiErrors.ATOMIC_PUBLISH_INVALID_BATCH_COMMIT.error());
            case UNSUPPORTED -> refuse(to, ApiErrors.REQUIRED_API_LEVEL.error());
        }
    }

    private void commit(Bytes to) {
        try (StagedBatch batch = batches.takeComplete()) {
            Outcome outcome = handle.stream().publish(batch, shard.nowNs());
            if (outcome.kind() == Outcome.Kind.REFUSED) {
                refuse(to, outcome.error());
            } else if (mayAnswer(to)) {
                acks.batch(
                        handle,
                        to,
                        outcome.sequence(),
                        headers.region(),
                        headers.offset(Header.BATCH_ID),
                        headers.length(Header.BATCH_ID),
                        batch.count());
            }
        }
    }

    private boolean mayAnswer(Bytes to) {
        return !to.isEmpty() && !handle.stream().config().noAck();
    }

    private void refuse(Bytes to, ApiError why) {
        if (mayAnswer(to)) {
            acks.refused(handle, to, why);
        }
    }

    private void abandoned(String id, String reason) {
        audit.batchAbandoned(
                handle.tenant,
                handle.name(),
                id,
                Advisories.BatchEnd.valueOf(reason.toUpperCase(Locale.ROOT)));
    }

    /** Gives up what didn't go on in time; returns when to look again. */
    long poll(long nowNs) {
        batches.expire(nowNs, this::abandoned);
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
