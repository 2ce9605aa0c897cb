package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.stream.Later;

import java.util.List;

/**
 * When messages that aren't acknowledged are delivered again. Times change with each word of who
 * has them, so all that wait are looked at when the first may be due; where those are many, not too
 * often. Shard thread.
 */
final class AckDeadlines {
    /** Messages that are due at nearly the same time are found at once. */
    private static final long DELAY_NS = 1_000_000;

    /** Of the time that goes by, as much is spent looking at most: a part of it. */
    private static final int PART = 50;

    private static final long LOOK_NS = 10;

    private ConsumerConfig config;
    private long dueNs = Long.MAX_VALUE;

    AckDeadlines(ConsumerConfig config) {
        this.config = config;
    }

    void configure(ConsumerConfig newConfig) {
        config = newConfig;
        dueNs = 0;
    }

    /** When one may be due, since the epoch. */
    long dueNs() {
        return dueNs;
    }

    /**
     * How long a message waits that was delivered again so often. As there: without a time to wait,
     * which is so where flow control acknowledges, it isn't delivered again.
     */
    long waitNs(int redeliveries) {
        List<Long> backoff = config.backoffNs();
        if (backoff.isEmpty()) {
            return config.ackWaitNs() == 0 ? Later.NEVER_NS : Later.bounded(config.ackWaitNs());
        }
        return Later.bounded(backoff.get(Math.min(redeliveries, backoff.size() - 1)));
    }

    /** No message waits. */
    void none() {
        dueNs = Long.MAX_VALUE;
    }

    /** A message was delivered now. */
    void delivered(int redeliveries, long nowNs) {
        dueBy(nowNs + waitNs(redeliveries) + DELAY_NS);
    }

    /** One is due then. */
    void dueBy(long newDueNs) {
        dueNs = Math.min(dueNs, newDueNs);
    }

    /**
     * Looks at all that wait.
     *
     * @param expired gets the index of each that is due, in their order; none may go meanwhile
     */
    void poll(Unacked unacked, long nowNs, java.util.function.IntConsumer expired) {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < unacked.end(); i++) {
            if (unacked.isThere(i) && !unacked.isQueued(i)) {
                long due = unacked.timeNs(i) + waitNs(unacked.redeliveries(i));
                if (due <= nowNs) {
                    expired.accept(i);
                } else {
                    next = Math.min(next, due + DELAY_NS);
                }
            }
        }
        looked(unacked.end(), next, nowNs);
    }

    /**
     * All that wait were looked at.
     *
     * @param nextNs when the next one is due; {@link Long#MAX_VALUE} for never
     */
    void looked(int count, long nextNs, long nowNs) {
        dueNs = Math.max(nextNs, nowNs + count * LOOK_NS * PART);
    }

    /** When a message is due that waits since then, so that others near to it are, too. */
    long dueNs(long sinceNs, int redeliveries) {
        return sinceNs + waitNs(redeliveries) + DELAY_NS;
    }
}
