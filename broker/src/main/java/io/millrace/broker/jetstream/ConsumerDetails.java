package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.ConsumerInfo;
import io.millrace.broker.jetstream.api.ConsumerPosition;
import io.millrace.broker.jetstream.api.PriorityGroupState;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.consumer.Consumer;

import java.util.List;

/** What is told of a consumer. Shard thread. */
final class ConsumerDetails {
    private ConsumerDetails() {}

    /**
     * All of it.
     *
     * @param nowNs since the epoch
     */
    static ConsumerInfo of(ConsumerHandle handle, long nowNs) {
        Consumer its = handle.consumer();
        ConsumerConfig config = its.config();
        List<PriorityGroupState> groups =
                config.priorityGroups().isEmpty()
                        ? List.of()
                        : List.of(
                                new PriorityGroupState(
                                        config.priorityGroups().getFirst(),
                                        its.pinned(),
                                        its.pinnedNs()));
        return new ConsumerInfo(
                handle.stream.name(),
                its.name(),
                its.createdNs(),
                config,
                new ConsumerPosition(its.deliveries(), its.delivered(), its.deliveredNs()),
                new ConsumerPosition(its.floorDelivery(), its.floor(), its.ackedNs()),
                its.unacked(),
                its.redelivered(),
                its.waiting(),
                its.left(),
                its.isBound(),
                Math.max(0, its.pausedUntilNs() - nowNs),
                groups);
    }
}
