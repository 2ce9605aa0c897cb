package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;

/**
 * Consumers beside naive ones. {@code -Dmillrace.consumers=N} runs N of them, {@code
 * -Dmillrace.consumer=SEED} one.
 */
@Tag("property")
class ConsumerPropertyTest {
    private static final int CONSUMERS =
            Integer.getInteger(
                    "millrace.consumers", 400 * Integer.getInteger("millrace.effort", 1));
    private static final Long ONE = Long.getLong("millrace.consumer");

    @Test
    void shouldDoWhatANaiveConsumerDoes() throws IOException {
        long first = ONE == null ? 1 : ONE;
        long last = ONE == null ? CONSUMERS : ONE;
        for (long seed = first; seed <= last; seed++) {
            run(seed);
        }
    }

    @Test
    void shouldDoTheSameWithTheSameSeed() throws IOException {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(run(seed)).isEqualTo(run(seed));
        }
    }

    private static long run(long seed) throws IOException {
        try (ConsumerStory story = new ConsumerStory(seed)) {
            try {
                return story.run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": " + e.getMessage() + "\n" + story.story(), e);
            }
        }
    }
}
