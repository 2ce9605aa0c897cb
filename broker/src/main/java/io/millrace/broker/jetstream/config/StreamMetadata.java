package io.millrace.broker.jetstream.config;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the server itself says in a stream's metadata: which level of the API the stream needs,
 * which is kept with it, and which level and version the server has, which is only told.
 */
public final class StreamMetadata {
    /** The level of the API that this server has. */
    public static final int API_LEVEL = 5;

    static final String REQUIRED_LEVEL = "_nats.req.level";
    private static final String LEVEL = "_nats.level";
    private static final String VERSION = "_nats.ver";

    private static final int TTL_LEVEL = 1;
    private static final int BATCH_LEVEL = 2;
    private static final int FAST_BATCH_LEVEL = 4;

    private StreamMetadata() {}

    /** The configuration as it is kept: with the level that it needs. */
    static StreamConfig kept(StreamConfig config) {
        SortedMap<String, String> metadata = withoutTold(config.metadata());
        metadata.put(REQUIRED_LEVEL, Integer.toString(requiredLevel(config)));
        return config.draft().metadata(metadata).config();
    }

    /**
     * The configuration as it is told to one who asks for this stream.
     *
     * @param version the server's
     */
    public static StreamConfig told(StreamConfig kept, String version) {
        return kept.draft().metadata(withTold(kept.metadata(), version)).config();
    }

    /** A copy without what is only told. */
    static SortedMap<String, String> withoutTold(Map<String, String> said) {
        SortedMap<String, String> metadata = new TreeMap<>(said);
        metadata.remove(LEVEL);
        metadata.remove(VERSION);
        return metadata;
    }

    /** A copy with what is only told. */
    static SortedMap<String, String> withTold(Map<String, String> kept, String version) {
        SortedMap<String, String> metadata = new TreeMap<>(kept);
        metadata.put(VERSION, version);
        metadata.put(LEVEL, Integer.toString(API_LEVEL));
        return metadata;
    }

    /** Whether this server can have a stream that was kept, maybe by a later one. */
    public static boolean isSupported(StreamConfig kept) {
        String required = kept.metadata().getOrDefault(REQUIRED_LEVEL, "");
        return required.isEmpty() || RequiredLevel.isMet(required);
    }

    private static int requiredLevel(StreamConfig config) {
        if (config.allowBatched()) {
            return FAST_BATCH_LEVEL;
        }
        if (config.allowMsgCounter()
                || config.allowAtomic()
                || config.allowMsgSchedules()
                || config.persistMode() == PersistMode.ASYNC) {
            return BATCH_LEVEL;
        }
        return config.allowMsgTtl() || config.subjectDeleteMarkerTtlNs() > 0 ? TTL_LEVEL : 0;
    }
}
