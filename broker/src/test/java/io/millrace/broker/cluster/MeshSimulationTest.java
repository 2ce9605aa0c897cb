package io.millrace.broker.cluster;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Servers that lose each other, restart and freeze while clients come and go: whatever happens, in
 * the end everybody is connected, knows who wants what, and gets it, once and in order.
 *
 * <p>{@code -Dmillrace.simulations} says how many clusters, {@code -Dmillrace.seed} which one, and
 * its log is shown.
 */
@Tag("property")
class MeshSimulationTest {
    private static final int SIMULATIONS = 100 * Integer.getInteger("millrace.effort", 1);

    @Test
    void shouldHealWhateverHappens() {
        Long only = Long.getLong("millrace.seed");
        if (only != null) {
            simulate(new Simulation(only, true));
            return;
        }
        int count = Integer.getInteger("millrace.simulations", SIMULATIONS);
        long first = System.nanoTime();
        for (int i = 0; i < count; i++) {
            simulate(new Simulation(first + i, false));
        }
    }

    private static void simulate(Simulation simulation) {
        try {
            simulation.run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("replay with " + simulation + "\n" + e.getMessage(), e);
        }
    }
}
