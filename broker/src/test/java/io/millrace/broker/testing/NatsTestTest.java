package io.millrace.broker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Subscription;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;

@NatsTest
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class NatsTestTest {
    private static int portOfFirst;

    @BeforeAll
    static void shouldGiveServerToLifecycleMethods(NatsServer server) {
        portOfFirst = server.port();
    }

    @Test
    void shouldGiveRunningServerToTest(NatsServer server) throws Exception {
        try (Connection connection = Nats.connect(server.clientUrl())) {
            Subscription subscription = connection.subscribe("greetings");
            connection.publish("greetings", new byte[] {1});
            Message message = subscription.nextMessage(Duration.ofSeconds(60));
            assertThat(message.getData()).containsExactly(1);
        }
    }

    @Test
    void shouldGiveSameServerToAllTestsOfClass(NatsServer server) {
        assertThat(server.port()).isEqualTo(portOfFirst);
    }
}
