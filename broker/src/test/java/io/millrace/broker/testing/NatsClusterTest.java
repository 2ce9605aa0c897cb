package io.millrace.broker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;

/** What the annotation gives. */
@NatsCluster(3)
@Timeout(120)
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class NatsClusterTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static @Nullable NatsServers ofClass;
    private static @Nullable NatsServers ofNested;

    @BeforeAll
    static void shouldGiveServersToLifecycleMethods(NatsServers servers) {
        ofClass = servers;
    }

    @AfterAll
    static void shouldHaveClosedThoseOfTheNestedClassThoughATestHasKilledOne() {
        NatsServers closed = ofNested;
        // There are none where not all tests are run.
        if (closed != null) {
            assertThat(closed.servers()).isEmpty();
            assertThatThrownBy(() -> new TestSocket(closed.url(1)))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void shouldGiveSameServersToAllTestsOfClass(NatsServers servers) {
        assertThat(servers).isSameAs(ofClass);
        assertThat(servers.size()).isEqualTo(3);
        assertThat(servers.servers()).hasSize(3).contains(servers.server(1));
    }

    @Test
    void shouldPassMessagesFromEachServerToEachOther(NatsServers servers) throws Exception {
        for (int to = 0; to < servers.size(); to++) {
            try (Connection subscriber = Nats.connect(servers.url(to))) {
                Subscription subscription = subscriber.subscribe("greetings.*");
                subscriber.flush(SOON);
                servers.awaitSubscriptions(1);
                for (int from = 0; from < servers.size(); from++) {
                    try (Connection publisher = Nats.connect(servers.url(from))) {
                        byte[] greeting = ("from " + from).getBytes(StandardCharsets.UTF_8);
                        publisher.publish("greetings." + to, greeting);
                        Message message = subscription.nextMessage(SOON);
                        assertThat(message.getData()).isEqualTo(greeting);
                    }
                }
            }
            servers.awaitSubscriptions(0);
        }
    }

    @Test
    void shouldTellClientsTheAddressesOfTheProxies(NatsServers servers) throws Exception {
        String[] all = IntStream.range(0, 3).mapToObj(servers::url).toArray(String[]::new);
        assertThat(servers.urls()).isEqualTo(String.join(",", all));
        assertThat(servers.server(0).clientUrl()).isNotIn((Object[]) all);
        Options options = Options.builder().server(servers.urls()).build();
        try (Connection connection = Nats.connect(options);
                TestSocket client = new TestSocket(servers.url(0))) {
            assertThat(connection.getServers()).containsExactlyInAnyOrder(all);
            String info = client.line();
            String told = info.substring(info.indexOf("\"connect_urls\""));
            for (String url : all) {
                assertThat(told).contains(url.replace("nats://", "\"") + '"');
            }
            assertThat(told.split(",\"127")).hasSize(3);
        }
    }

    @Test
    void shouldKnowWhichServersThereAre(NatsServers servers) {
        assertThatThrownBy(() -> servers.server(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> servers.kill(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> servers.partition(1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> NatsServers.builder(0));
    }

    @Nested
    class WithoutAnnotation {
        @Test
        void shouldGetThoseOfTheClassAroundIt(NatsServers servers) {
            assertThat(servers).isSameAs(ofClass);
        }
    }

    @Nested
    @NatsCluster(2)
    class WithAnnotation {
        @Test
        void shouldGetServersOfItsOwn(NatsServers servers) {
            assertSameForAllTests(servers);
            assertThat(servers).isNotSameAs(ofClass);
            assertThat(servers.size()).isEqualTo(2);
        }

        @Test
        void shouldGetTheSameServersForAllTests(NatsServers servers) {
            assertSameForAllTests(servers);
            servers.kill(0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> servers.server(0))
                    .withMessage("server-0 is killed");
        }

        private static void assertSameForAllTests(NatsServers servers) {
            if (ofNested == null) {
                ofNested = servers;
            }
            assertThat(servers).isSameAs(ofNested);
        }
    }
}
