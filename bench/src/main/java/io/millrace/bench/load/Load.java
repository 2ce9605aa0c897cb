package io.millrace.bench.load;

import java.time.Duration;

/** Something that keeps a server busy for a while. */
@FunctionalInterface
public interface Load {
    /**
     * Runs against the server on a port of the loopback interface.
     *
     * @param duration how long messages are sent
     * @throws Exception if the server doesn't do its part: then there is no figure
     */
    Outcome run(int port, Duration duration) throws Exception;
}
