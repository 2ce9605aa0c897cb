package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clusters with gateways to each other and leaf nodes below them, at the whim of a seed, while
 * clients and links come and go: everybody gets what the simplest thinkable walk over the links
 * would bring, nobody anything twice, and in the end nothing is left of anybody.
 *
 * <p>{@code -Dmillrace.topologies} says how many, {@code -Dmillrace.seed} which one.
 */
@Tag("property")
class TopologyPropertyTest {
    private static final int TOPOLOGIES = 100 * Integer.getInteger("millrace.effort", 1);

    @Test
    void shouldBringEveryMessageToWhomeverItIsForOverAnyTopology() {
        try (NativeBlock memory = GraphServer.memory()) {
            Long only = Long.getLong("millrace.seed");
            if (only != null) {
                run(only, memory);
                return;
            }
            int count = Integer.getInteger("millrace.topologies", TOPOLOGIES);
            long first = System.nanoTime();
            long crossings = 0;
            for (int i = 0; i < count; i++) {
                crossings += run(first + i, memory);
            }
            assertThat(crossings).isGreaterThan(count);
        }
    }

    private static long run(long seed, NativeBlock memory) {
        try (TopologyRun run = new TopologyRun(seed, memory)) {
            run.run();
            return run.crossings;
        }
    }
}
