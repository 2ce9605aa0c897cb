package io.millrace.bench.load;

import java.time.Duration;

/** Something that keeps a server busy for a while. */
@FunctionalInterface
public interface Load {
    /**
     * Runs against a server, or against those of a cluster.
     *
     * @param at where its clients connect to
     * @param duration how long messages are sent
     * @throws Exception if the server doesn't do its part: then there is no figure
     */
    Outcome run(Placement at, Duration duration) throws Exception;

    /** Whether a stream must be filled first, for which servers that sync each message are slow. */
    default boolean isFilled() {
        return false;
    }
}
