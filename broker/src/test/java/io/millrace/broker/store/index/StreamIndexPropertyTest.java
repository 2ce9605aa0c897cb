package io.millrace.broker.store.index;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/** The index against a map, with messages that come, go and move; dumped and read in between. */
class StreamIndexPropertyTest {
    private static final int HISTORIES = Integer.getInteger("millrace.histories", 30);
    private static final int STEPS = 600;

    @Test
    void shouldAgreeWithNaiveIndex() {
        long first = Long.getLong("millrace.seed", System.nanoTime());
        int histories = Long.getLong("millrace.seed") == null ? HISTORIES : 1;
        for (long seed = first; seed < first + histories; seed++) {
            try (IndexPair pair = new IndexPair(seed)) {
                pair.run(STEPS);
            } catch (Exception | AssertionError e) {
                fail("replay with -Dmillrace.seed=" + seed, e);
            }
        }
    }
}
