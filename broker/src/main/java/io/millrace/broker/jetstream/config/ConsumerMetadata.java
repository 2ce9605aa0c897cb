package io.millrace.broker.jetstream.config;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the server itself says in a consumer's metadata, as {@link StreamMetadata} of a stream. */
public final class ConsumerMetadata {
    private static final int PAUSE_LEVEL = 1;
    private static final int PRIORITY_LEVEL = 1;
    private static final int FLOW_CONTROL_LEVEL = 4;

    /** The year of Go's time that is none. */
    private static final int NO_YEAR = 1;

    private ConsumerMetadata() {}

    /** The configuration as it is kept: with the level that it needs. */
    public static ConsumerConfig kept(ConsumerConfig config) {
        SortedMap<String, String> metadata = StreamMetadata.withoutTold(config.metadata());
        metadata.put(StreamMetadata.REQUIRED_LEVEL, Integer.toString(requiredLevel(config)));
        return config.draft().metadata(metadata).config();
    }

    /**
     * The configuration as it is told to one who asks for this consumer.
     *
     * @param version the server's
     */
    public static ConsumerConfig told(ConsumerConfig kept, String version) {
        SortedMap<String, String> metadata = StreamMetadata.withTold(kept.metadata(), version);
        return kept.draft().metadata(metadata).config();
    }

    /** Whether this server can have a consumer that was kept, maybe by a later one. */
    public static boolean isSupported(ConsumerConfig kept) {
        String required = kept.metadata().getOrDefault(StreamMetadata.REQUIRED_LEVEL, "");
        return required.isEmpty() || RequiredLevel.isMet(required);
    }

    /** What is wanted, with the level that another one says it needs, or none. */
    static ConsumerConfig withLevelOf(ConsumerConfig wanted, ConsumerConfig other) {
        Map<String, String> metadata = new TreeMap<>(wanted.metadata());
        String level = other.metadata().get(StreamMetadata.REQUIRED_LEVEL);
        if (level == null) {
            metadata.remove(StreamMetadata.REQUIRED_LEVEL);
        } else {
            metadata.put(StreamMetadata.REQUIRED_LEVEL, level);
        }
        return wanted.draft().metadata(metadata).config();
    }

    private static int requiredLevel(ConsumerConfig config) {
        if (config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
            return FLOW_CONTROL_LEVEL;
        }
        boolean priority =
                config.priorityPolicy() != PriorityPolicy.NONE
                        || config.pinnedTtlNs() != 0
                        || !config.priorityGroups().isEmpty();
        if (priority) {
            return PRIORITY_LEVEL;
        }
        boolean pause = config.pauseUntil() != null && config.pauseUntil().getYear() > NO_YEAR;
        return pause ? PAUSE_LEVEL : 0;
    }
}
