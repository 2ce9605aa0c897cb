package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Subscription;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What {@link NatsCluster} gives. */
@NatsCluster(2)
@Timeout(120)
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class NatsClusterIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration TRY = Duration.ofMillis(20);

    @Test
    void shouldPassMessagesAgainAfterAServerWasKilled(TestCluster servers) throws Exception {
        assertThat(servers.urls())
                .isEqualTo(servers.server(0).url() + ',' + servers.server(1).url());
        servers.kill(1);
        servers.restart(1);
        try (Connection one = Nats.connect(servers.server(0).url());
                Connection other = Nats.connect(servers.server(1).url())) {
            Subscription heard = one.subscribe("far");
            one.flush(SOON);
            byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
            long begin = System.nanoTime();
            boolean arrived = false;
            while (!arrived && System.nanoTime() - begin < SOON.toNanos()) {
                other.publish("far", hello);
                arrived = heard.nextMessage(TRY) != null;
            }
            assertThat(arrived).isTrue();
        }
    }
}
