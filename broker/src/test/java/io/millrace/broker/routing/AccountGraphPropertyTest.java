package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Accounts that share streams and services and map subjects, at the whim of a seed, while clients
 * and accounts come and go: everybody gets what the simplest thinkable tenants would have, under
 * the same subjects, and in the end nothing is left of anybody.
 *
 * <p>{@code -Dmillrace.graphs} says how many, {@code -Dmillrace.seed} which one.
 */
@Tag("property")
class AccountGraphPropertyTest {
    private static final int GRAPHS = 200 * Integer.getInteger("millrace.effort", 1);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldGiveEverybodyWhatTheAccountsShare(int servers) {
        try (NativeBlock memory = GraphServer.memory()) {
            Long only = Long.getLong("millrace.seed");
            if (only != null) {
                run(only, servers, memory);
                return;
            }
            int count = Integer.getInteger("millrace.graphs", GRAPHS);
            long first = System.nanoTime();
            long crossings = 0;
            for (int i = 0; i < count; i++) {
                crossings += run(first + i, servers, memory).crossings;
            }
            assertThat(crossings).isGreaterThan(count);
        }
    }

    /** An answer to what was asked by a gate that is closed, by the account's next one. */
    @Test
    void shouldTakeNoAnswerAtALaterGate() {
        try (NativeBlock memory = GraphServer.memory()) {
            assertThat(run(63_729_905_900_063L, 3, memory).crossings).isPositive();
        }
    }

    private static GraphRun run(long seed, int servers, NativeBlock memory) {
        try (GraphRun run = new GraphRun(seed, servers, memory)) {
            run.run();
            return run;
        }
    }
}
