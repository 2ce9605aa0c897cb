package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.ApiError;

import org.jspecify.annotations.Nullable;

/** What an account and the server may keep, as one stream sees it. Shard thread. */
public interface Quota {
    /** Why so much more can't be kept; null if it can. */
    @Nullable ApiError refuses(long size);

    /** The stream keeps so much more, or less. */
    void keeps(long bytes);
}
