package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** The streams of a made-up account. */
public final class FakeNeighbours implements Neighbours {
    /** As much as anybody wants. */
    public static final StreamLimits PLENTY =
            new StreamLimits(
                    AccountLimits.NONE,
                    new ServerLimits(1_000_000_000, 1_000_000_000, 0, 0, 0, -1),
                    Reserved.NONE);

    private final SortedMap<String, StreamConfig> streams = new TreeMap<>();

    /** Adds one, or has it changed. */
    public FakeNeighbours with(StreamConfig kept) {
        streams.put(kept.name(), kept);
        return this;
    }

    @Override
    public @Nullable StreamConfig find(String name) {
        return streams.get(name);
    }

    @Override
    public Collection<StreamConfig> all() {
        return streams.values();
    }
}
