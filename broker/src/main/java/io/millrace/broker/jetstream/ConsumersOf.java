package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.archive.ArchivedConsumer;
import io.millrace.broker.jetstream.config.ApiError;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The consumers of a stream, as far as its backups are concerned. Shard thread. */
public interface ConsumersOf {
    /** All there are, those without a durable name, too. */
    List<String> names();

    /** One as it is now; null if it is gone. */
    @Nullable ArchivedConsumer find(String name);

    /**
     * Makes one that a backup has; it delivers nothing before {@link #restored}. Its messages may
     * come later, or have come before. If the stream is given up, so is what was made.
     *
     * @return what is wrong with it; null if nothing is
     */
    @Nullable ApiError restore(ArchivedConsumer consumer);

    /** All of the backup is there. */
    void restored();
}
