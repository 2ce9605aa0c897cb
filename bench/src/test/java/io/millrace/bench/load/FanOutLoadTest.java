package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;

/** The fan-out runs once, so that it doesn't rot: it checks by itself what subscribers get. */
class FanOutLoadTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    @Timeout(120)
    void shouldCountADeliveryForEachSubscriber() throws Exception {
        try (NatsServer server = NatsServer.builder().port(0).start()) {
            Placement at = new Placement(List.of(server.port()), List.of(server.port()));
            Outcome outcome = new FanOutLoad(3, 4, 128).run(at, SHORT);
            assertThat(outcome.messages()).isPositive();
            assertThat(outcome.messages() % 4).isZero();
            assertThat(outcome.seconds()).isGreaterThanOrEqualTo(SHORT.toMillis() / 1e3);
        }
    }
}
