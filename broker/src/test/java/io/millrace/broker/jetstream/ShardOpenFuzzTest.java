package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;

/**
 * Opens stores that were overwritten here and there. {@code -Dmillrace.damaged=N} opens N of them.
 */
@Tag("property")
class ShardOpenFuzzTest {
    private static final int STORES =
            Integer.getInteger("millrace.damaged", 75 * Integer.getInteger("millrace.effort", 1));

    @Test
    void shouldOpenWhateverIsThereOrSayWhyNot() throws IOException {
        int opened = 0;
        for (long seed = 1; seed <= STORES; seed++) {
            opened += open(seed) ? 1 : 0;
        }
        assertThat(opened).isPositive();
    }

    private static boolean open(long seed) throws IOException {
        try (ShardSimulation simulation =
                new ShardSimulation(seed, new ShardSimulation.Variation() {})) {
            return simulation.openDamaged();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
