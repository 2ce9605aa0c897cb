package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many shards on disks that forget. {@code -Dmillrace.shards=N} runs N of them, {@code
 * -Dmillrace.shard=SEED} one.
 */
@Tag("property")
class ShardSimulationTest {
    private static final int SHARDS =
            Integer.getInteger("millrace.shards", 100 * Integer.getInteger("millrace.effort", 1));
    private static final Long ONE = Long.getLong("millrace.shard");

    @Test
    void shouldKeepWhatItAcknowledgedWhateverTheDiskForgets() {
        long first = ONE == null ? 1 : ONE;
        long last = ONE == null ? SHARDS : ONE;
        for (long seed = first; seed <= last; seed++) {
            run(seed);
        }
    }

    @Test
    void shouldDoTheSameWithTheSameSeed() {
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(run(seed)).isEqualTo(run(seed));
        }
    }

    private static long run(long seed) {
        ShardSimulation simulation = new ShardSimulation(seed, new ShardSimulation.Variation() {});
        try (simulation) {
            return simulation.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n" + simulation.story(), e);
        }
    }
}
