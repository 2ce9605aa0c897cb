package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;

/** A load that is prepared; what was made for it goes when it is closed. */
public interface Stage extends AutoCloseable {
    /**
     * Runs it, once.
     *
     * @param duration how long messages are sent
     * @throws Exception if the server doesn't do its part: then there is no figure
     */
    Outcome run(Duration duration) throws Exception;

    @Override
    void close() throws IOException;
}
