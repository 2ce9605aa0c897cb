package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.batch.BatchLimits;
import io.millrace.broker.jetstream.batch.OpenBatches;
import io.millrace.broker.jetstream.publish.FastReply;
import io.millrace.broker.jetstream.stream.Incoming;

/** Messages that belong to batches, of all streams (ADR-50): finds each its batch. Shard thread. */
final class Batching {
    private final Shard shard;
    private final PubAcks acks;
    private final Audit audit;
    private final OpenBatches atomic;
    private final OpenBatches fast;
    private BatchLimits limits;
    private final FastReply reply = new FastReply();

    Batching(Shard shard, PubAcks acks, Audit audit, BatchLimits limits) {
        this.shard = shard;
        this.acks = acks;
        this.audit = audit;
        this.limits = limits;
        atomic = new OpenBatches(limits.atomicTotal());
        fast = new OpenBatches(limits.fastTotal());
    }

    /** Has other limits hold from here on. */
    void limit(BatchLimits newLimits) {
        if (newLimits.equals(limits)) {
            return;
        }
        limits = newLimits;
        atomic.bound(newLimits.atomicTotal());
        fast.bound(newLimits.fastTotal());
        for (StreamHandle each : shard.streams().all()) {
            if (each.batches != null) {
                each.batches.bound(newLimits);
                // What is under way may be too old now.
                each.at(shard.nowNs());
            }
        }
    }

    private StreamBatches of(StreamHandle handle) {
        StreamBatches its = handle.batches;
        if (its == null) {
            its =
                    new StreamBatches(
                            shard,
                            handle,
                            new AtomicPart(shard, handle, acks, audit, limits.atomic(), atomic),
                            new FastPart(shard, handle, acks, limits.fast(), fast));
            handle.batches = its;
        }
        return its;
    }

    /** A message of an atomic batch has come. */
    void onAtomic(StreamHandle handle, Incoming message) {
        of(handle).onAtomic(message);
    }

    /** Takes a message if it belongs to a fast batch; false if it doesn't. */
    boolean onFast(StreamHandle handle, Incoming message) {
        FastReply.Kind kind =
                reply.read(message.reply.region(), message.reply.offset(), message.reply.length());
        if (kind == FastReply.Kind.OTHER) {
            return false;
        }
        of(handle).onFast(kind == FastReply.Kind.FAST ? reply : null, message);
        return true;
    }
}
