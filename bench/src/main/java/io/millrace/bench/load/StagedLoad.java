package io.millrace.bench.load;

import java.time.Duration;

/** A load that needs something of the server before it begins, which isn't to be measured. */
public interface StagedLoad extends Load {
    /**
     * Prepares it.
     *
     * @param at where its clients connect to
     * @throws Exception if the server doesn't do its part
     */
    Stage open(Placement at) throws Exception;

    @Override
    default Outcome run(Placement at, Duration duration) throws Exception {
        try (Stage stage = open(at)) {
            return stage.run(duration);
        }
    }
}
