package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.batch.BatchLimits;
import io.millrace.broker.jetstream.publish.FastReply;
import io.millrace.broker.jetstream.stream.Incoming;

import org.jspecify.annotations.Nullable;

/** The batches of a stream that are under way. Shard thread. */
final class StreamBatches implements AutoCloseable {
    private final Shard shard;
    private final StreamHandle handle;
    private final AtomicPart atomic;
    private final FastPart fast;

    /** Times of batches never go back, whatever the clock does. */
    private long lastNs;

    StreamBatches(Shard shard, StreamHandle handle, AtomicPart atomic, FastPart fast) {
        this.shard = shard;
        this.handle = handle;
        this.atomic = atomic;
        this.fast = fast;
    }

    /** Has other limits hold from here on. */
    void bound(BatchLimits limits) {
        atomic.bound(limits.atomic());
        fast.bound(limits.fast());
    }

    private long forward(long nowNs) {
        lastNs = Math.max(lastNs, nowNs);
        return lastNs;
    }

    void onAtomic(Incoming message) {
        atomic.onMessage(message, forward(shard.nowNs()));
        handle.at(atomic.nextExpiryNs());
    }

    /**
     * A message of a fast batch has come.
     *
     * @param reply null if its reply subject only ends like that of one
     */
    void onFast(@Nullable FastReply reply, Incoming message) {
        fast.onMessage(reply, message, forward(shard.nowNs()));
        handle.at(fast.nextExpiryNs());
    }

    /** Gives up what didn't go on in time; returns when to look again, since the epoch. */
    long poll(long nowNs) {
        long forward = forward(nowNs);
        return Math.min(atomic.poll(forward), fast.poll(forward));
    }

    /** The stream is configured otherwise. */
    void configured() {
        if (!handle.stream().config().allowAtomic()) {
            atomic.close();
        }
        if (!handle.stream().config().allowBatched()) {
            fast.close();
        }
    }

    /** The stream is gone, or the server ends. */
    @Override
    public void close() {
        atomic.close();
        fast.close();
    }
}
