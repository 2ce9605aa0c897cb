package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.Collection;

/** The streams that an account has already. */
public interface Neighbours {
    /** The configuration of the stream of this name, as it is kept; null if there is none. */
    @Nullable StreamConfig find(String name);

    /** Those of all streams. */
    Collection<StreamConfig> all();
}
