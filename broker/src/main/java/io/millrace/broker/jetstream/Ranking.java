package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.InAccount;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.jetstream.view.Top;

import java.util.List;

/**
 * Finds the streams and consumers that come first, and sums up what all consumers have. Shard
 * thread.
 */
final class Ranking {
    /** Makes what is shown of a stream, of which its consumers delivered so much. */
    @FunctionalInterface
    interface Viewer {
        StreamView view(StreamHandle stream, long delivered);
    }

    private record Ranked(StreamHandle stream, long delivered) {}

    private final Top top;
    private final Largest<Ranked> streams;
    private final Largest<ConsumerHandle> consumers;
    private long pending;
    private long unacked;
    private long redelivered;
    private long waiting;
    private long delivered;

    Ranking(Top top) {
        this.top = top;
        streams = new Largest<>(top.streams());
        consumers = new Largest<>(top.consumers());
    }

    /** A stream, of which its consumers delivered so much. */
    void consider(StreamHandle stream, long its) {
        streams.consider(number(stream, its), new Ranked(stream, its));
    }

    void consider(ConsumerHandle handle, long nowNs) {
        Consumer its = handle.consumer();
        pending += its.left();
        unacked += its.unacked();
        redelivered += its.redelivered();
        waiting += its.waiting();
        delivered += its.deliveries();
        if (!its.config().isForCopying()) {
            consumers.consider(number(its, nowNs), handle);
        }
    }

    private long number(StreamHandle stream, long its) {
        Messages messages = stream.stream().messages();
        return switch (top.streamOrder()) {
            case MESSAGES -> messages.count();
            case BYTES -> messages.bytes();
            case STORED -> messages.lastSequence();
            case DELIVERED -> its;
            case CONSUMERS -> stream.consumers().countMade();
        };
    }

    private long number(Consumer its, long nowNs) {
        return switch (top.consumerOrder()) {
            case LAG -> its.left() + its.unacked();
            case PENDING -> its.left();
            case UNACKED -> its.unacked();
            case REDELIVERED -> its.redelivered();
            case WAITING -> its.waiting();
            case DELIVERED -> its.deliveries();
            case OLDEST -> nowNs - its.oldestNs();
        };
    }

    /** What was found; of those that are gone meanwhile, nothing. */
    Busiest found(Viewer viewer, long nowNs) {
        List<InAccount<StreamView>> first =
                streams.inOrder().stream()
                        .filter(each -> !each.stream().isGone())
                        .map(
                                each ->
                                        new InAccount<>(
                                                each.stream().tenant.account,
                                                viewer.view(each.stream(), each.delivered())))
                        .toList();
        List<InAccount<ConsumerView>> firstConsumers =
                consumers.inOrder().stream()
                        .filter(each -> !each.isGone())
                        .map(
                                each ->
                                        new InAccount<>(
                                                each.stream.tenant.account,
                                                ConsumerViews.of(each, nowNs)))
                        .toList();
        return new Busiest(
                first, firstConsumers, pending, unacked, redelivered, waiting, delivered);
    }
}
