package io.millrace.broker.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation would find defects: it finds those that are planted. */
class LogMutantsTest {
    private static final int SEEDS = 10_000;

    @ParameterizedTest
    @EnumSource(LogMutant.class)
    void shouldBeFound(LogMutant mutant) {
        long seed = 1;
        while (seed <= SEEDS && survives(mutant, seed)) {
            seed++;
        }
        if (Boolean.getBoolean("millrace.mutants")) {
            System.err.println(mutant + " is found with seed " + seed);
        }
        assertThat(seed).as("seeds that %s survives", mutant).isLessThanOrEqualTo(SEEDS);
    }

    private static boolean survives(LogMutant mutant, long seed) {
        try (LogSimulation simulation = new LogSimulation(seed, mutant.variation())) {
            simulation.run();
            return true;
        } catch (Exception | AssertionError e) {
            return false;
        }
    }
}
