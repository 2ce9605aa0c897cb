package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.consumer.Consumer;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.StreamState;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a consumer looks like to whoever monitors it. Shard thread. */
final class ConsumerViews {
    private ConsumerViews() {}

    /**
     * One as it is now.
     *
     * @param nowNs since the epoch
     */
    static ConsumerView of(ConsumerHandle handle, long nowNs) {
        Consumer its = handle.consumer();
        ConsumerConfig config = its.config();
        return new ConsumerView(
                handle.stream.name(),
                its.name(),
                time(its.createdNs()),
                config.description(),
                () -> new String(StoredConfig.write(config), StandardCharsets.UTF_8),
                config.isForCopying(),
                config.isPush(),
                position(its.deliveries(), its.delivered(), its.deliveredNs()),
                position(its.floorDelivery(), its.floor(), its.ackedNs()),
                its.unacked(),
                config.maxAckPending(),
                its.redelivered(),
                its.waiting(),
                its.left(),
                its.isBound(),
                Math.max(0, its.pausedUntilNs() - nowNs),
                time(nowNs),
                config.priorityGroups().isEmpty()
                        ? List.of()
                        : List.of(group(config.priorityGroups().getFirst(), its)),
                oldest(its));
    }

    private static ConsumerView.Position position(long delivery, long sequence, long lastNs) {
        Optional<Instant> last = lastNs == 0 ? Optional.empty() : Optional.of(time(lastNs));
        return new ConsumerView.Position(delivery, sequence, last);
    }

    private static ConsumerView.Group group(String name, Consumer its) {
        long sinceNs = its.pinnedNs();
        Instant since = sinceNs == 0 ? StreamState.NEVER : time(sinceNs);
        return new ConsumerView.Group(name, its.pinned(), since);
    }

    private static Optional<ConsumerView.Oldest> oldest(Consumer its) {
        return its.oldest() == 0
                ? Optional.empty()
                : Optional.of(
                        new ConsumerView.Oldest(
                                its.oldest(), its.oldestDeliveries(), time(its.oldestNs())));
    }

    private static Instant time(long ns) {
        return Instant.ofEpochSecond(0, ns);
    }
}
