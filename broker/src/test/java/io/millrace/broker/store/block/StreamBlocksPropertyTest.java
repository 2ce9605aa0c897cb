package io.millrace.broker.store.block;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class StreamBlocksPropertyTest {
    private static final int RUNS = Integer.getInteger("blocks.runs", 60);
    private static final long FIRST = Long.getLong("blocks.seed", 1);

    @Test
    void shouldKeepWhatLivesWhateverHappens() throws IOException {
        for (long seed = FIRST; seed < FIRST + RUNS; seed++) {
            try (StreamBlocksRun run = new StreamBlocksRun(seed)) {
                run.run(1000);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dblocks.runs=1 -Dblocks.seed=" + seed, e);
            }
        }
    }
}
