package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import javax.net.ssl.SSLContext;

/** What {@link NatsCluster} gives. */
@NatsCluster(value = 2, tls = true)
@Timeout(120)
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class NatsClusterIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration TRY = Duration.ofMillis(20);

    @Test
    void shouldPassMessagesAgainAfterAServerWasKilled(TestCluster servers, SSLContext trust)
            throws Exception {
        assertThat(servers.urls())
                .isEqualTo(servers.server(0).url() + ',' + servers.server(1).url());
        servers.kill(1);
        servers.restart(1);
        try (Connection one = connect(servers.server(0), trust);
                Connection other = connect(servers.server(1), trust)) {
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

    private static Connection connect(TestServer server, SSLContext trust) throws Exception {
        assertThat(server.url()).startsWith("tls://");
        return Nats.connect(Options.builder().server(server.url()).sslContext(trust).build());
    }

    @Test
    void shouldConnectToAll(TestCluster servers, Connection connection) {
        assertThat(servers.urls()).contains(connection.getConnectedUrl());
    }

    @Nested
    @NatsTest
    class WithOneServer {
        @Test
        void shouldHaveWhatIsNearest(TestServer server) {
            assertThat(server.url()).startsWith("nats://");
        }
    }
}
