package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Streams beside naive ones. {@code -Dmillrace.streams=N} runs N of them, {@code
 * -Dmillrace.stream=SEED} one.
 */
@Tag("property")
class StreamPropertyTest {
    private static final int STREAMS =
            Integer.getInteger("millrace.streams", 500 * Integer.getInteger("millrace.effort", 1));
    private static final Long ONE = Long.getLong("millrace.stream");

    @Test
    void shouldDoWhatANaiveStreamDoes() {
        long first = ONE == null ? 1 : ONE;
        long last = ONE == null ? STREAMS : ONE;
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
        try (StreamStory story = new StreamStory(seed)) {
            try {
                return story.run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": " + e.getMessage() + "\n" + story.story(), e);
            }
        }
    }
}
