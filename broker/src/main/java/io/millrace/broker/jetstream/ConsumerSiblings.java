package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerNeighbours;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * The consumers of a stream, as they are held against one that somebody wants.
 *
 * @param watches who listens where
 */
record ConsumerSiblings(StreamHandle stream, Watches watches) implements ConsumerNeighbours {
    private static final int NAME_LENGTH = 8;

    @Override
    public @Nullable ConsumerConfig find(String name) {
        ConsumerHandle there = stream.consumers().byName(name);
        return there == null ? null : there.consumer().config();
    }

    @Override
    public Map<String, ConsumerConfig> all() {
        Map<String, ConsumerConfig> all = new HashMap<>();
        for (ConsumerHandle each : stream.consumers().all()) {
            all.put(each.name(), each.consumer().config());
        }
        return all;
    }

    @Override
    public long counted() {
        long count = 0;
        for (ConsumerHandle each : stream.consumers().all()) {
            count += each.consumer().config().isForCopying() ? 0 : 1;
        }
        return count;
    }

    @Override
    public boolean hasInterest(String subject) {
        return watches.isHeard(stream.tenant.number, subject);
    }

    @Override
    public String newName() {
        String name;
        do {
            name = Audit.id().substring(0, NAME_LENGTH);
        } while (stream.consumers().byName(name) != null);
        return name;
    }
}
