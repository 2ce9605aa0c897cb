package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Many logs on disks on which anything happens. {@code -Dmillrace.logs=N} runs N of them, {@code
 * -Dmillrace.log=SEED} one.
 */
class LogSimulationTest {
    private static final int LOGS = Integer.getInteger("millrace.logs", 1000);
    private static final Long ONE = Long.getLong("millrace.log");

    @Test
    void shouldKeepItsPromisesWhateverTheDiskDoes() {
        long first = ONE == null ? 1 : ONE;
        long last = ONE == null ? LOGS : ONE;
        for (long seed = first; seed <= last; seed++) {
            run(seed);
        }
    }

    @Test
    void shouldDoTheSameWithTheSameSeed() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(run(seed)).isEqualTo(run(seed));
        }
    }

    private static long run(long seed) {
        LogSimulation simulation = new LogSimulation(seed, new Variation());
        try (simulation) {
            return simulation.run();
        } catch (Exception | AssertionError e) {
            String what = "seed " + seed + ": " + e.getMessage() + "\n" + simulation.story();
            throw new AssertionError(what, e);
        }
    }
}
