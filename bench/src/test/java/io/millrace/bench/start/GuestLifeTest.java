package io.millrace.bench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;

class GuestLifeTest {
    private static final String JAVA = System.getProperty("java.home") + "/bin/java";

    @Test
    void shouldTellOfEachStartAndStop() throws Exception {
        GuestLife life = GuestLife.of(JAVA, System.getProperty("java.class.path"), 2);

        assertThat(life.startsMs()).hasSize(3).allMatch(ms -> ms > 0);
        assertThat(life.stopsMs()).hasSize(3).allMatch(ms -> ms > 0);
        assertThat(life.readyMs()).isGreaterThan(life.startsMs().getFirst());
    }

    @Test
    void shouldFailIfNoServerStarts() {
        assertThatIOException()
                .isThrownBy(() -> GuestLife.of(JAVA, "nowhere", 0))
                .withMessageContaining("no server starts");
    }
}
