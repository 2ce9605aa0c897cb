package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server that doesn't rename what a load says it does is found out before it is measured. */
@Timeout(120)
class RehearsalTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void shouldFailWhenNothingComesUnderTheNewName() {
        Naming imported = new Naming("bench.", List.of("from.bench.>"), Map.of("from.bench.", 1.0));
        assertThatThrownBy(() -> run(imported))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("to bench.000000 came {} instead of {from.bench.000000=1.0}");
    }

    @Test
    void shouldFailWhenSharesAreOthers() {
        Naming mapped = new Naming("a.", List.of("a.>", "b.>"), Map.of("a.", 0.8, "b.", 0.2));
        assertThatThrownBy(() -> run(mapped))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("came {a.000000=1000} instead of");
    }

    private static void run(Naming naming) throws Exception {
        try (NatsServer server = NatsServer.builder().port(0).start()) {
            Placement at = new Placement(List.of(server.port()), List.of(server.port()));
            StreamLoad.of(1, 1, naming, 16).run(at, SHORT);
        }
    }
}
