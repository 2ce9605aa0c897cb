package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Dead letters on disks that forget. {@code -Dmillrace.letters=N} runs N stories, {@code
 * -Dmillrace.letter=SEED} one.
 */
@Tag("property")
class LetterSimulationTest {
    private static final int STORIES =
            Integer.getInteger("millrace.letters", 40 * Integer.getInteger("millrace.effort", 1));
    private static final Long ONE = Long.getLong("millrace.letter");

    @Test
    void shouldLoseNothingThatIsGivenUpWhateverTheDiskForgets() {
        long first = ONE == null ? 1 : ONE;
        long last = ONE == null ? STORIES : ONE;
        int letters = 0;
        for (long seed = first; seed <= last; seed++) {
            letters += run(seed);
        }
        assertThat(letters).isPositive();
    }

    private static int run(long seed) {
        LetterSimulation simulation = new LetterSimulation(seed);
        try (simulation) {
            return simulation.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n" + simulation.story(), e);
        }
    }
}
