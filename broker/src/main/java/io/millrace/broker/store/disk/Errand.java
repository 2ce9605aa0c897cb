package io.millrace.broker.store.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Something that may block, done for the shard by another thread. */
public interface Errand {
    /** Does it, on the other thread. */
    void run() throws IOException;

    /**
     * It was done, or has failed; on the shard thread, which sees all that {@link #run} wrote.
     *
     * @param failure null if it was done
     */
    void done(@Nullable IOException failure);
}
