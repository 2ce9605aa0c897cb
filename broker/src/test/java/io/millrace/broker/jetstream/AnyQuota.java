package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.stream.Quota;

import org.jspecify.annotations.Nullable;

/** There is room for all. */
final class AnyQuota implements Quota {
    @Override
    public @Nullable ApiError refuses(long size) {
        return null;
    }

    @Override
    public void keeps(long bytes) {
        // However much that is.
    }
}
