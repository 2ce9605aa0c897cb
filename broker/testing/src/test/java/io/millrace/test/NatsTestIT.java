package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.api.StreamConfiguration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

import javax.net.ssl.SSLContext;

/** What {@link NatsTest} gives. */
@NatsTest(jetStream = true)
@Timeout(120)
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class NatsTestIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static int closedPort;

    @AfterAll
    static void shouldHaveClosedTheServerOfTheNestedClass() {
        assertThatThrownBy(() -> new Socket("127.0.0.1", closedPort).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void shouldGiveTheServerAndItsAddress(
            TestServer server, @NatsUrl String url, @NatsUrl URI uri, Connection connection) {
        assertThat(url).isEqualTo("nats://127.0.0.1:" + server.port());
        assertThat(uri).hasToString(url);
        assertThat(connection.getConnectedUrl()).isEqualTo(url);
    }

    @Test
    void shouldKeepMessagesOverARestart(TestServer server, @NatsUrl String url) throws Exception {
        try (Connection connection = Nats.connect(url)) {
            connection
                    .jetStreamManagement()
                    .addStream(StreamConfiguration.builder().name("S").subjects("kept.*").build());
            connection.jetStream().publish("kept.one", bytes("hello"));
        }
        server.restart();
        try (Connection connection = Nats.connect(url)) {
            JetStream stream = connection.jetStream();
            Message kept = stream.subscribe("kept.*").nextMessage(SOON);
            assertThat(kept.getData()).isEqualTo(bytes("hello"));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Nested
    @NatsTest(tls = true, config = "authorization { user: joe, password: secret }")
    class WithTlsAndAUser {
        @Test
        void shouldLetInWhoTrustsItAndHasThePassword(TestServer server, SSLContext trust)
                throws Exception {
            closedPort = server.port();
            assertThat(server.url()).startsWith("tls://");
            Options options =
                    Options.builder()
                            .server(server.url())
                            .sslContext(trust)
                            .userInfo("joe".toCharArray(), "secret".toCharArray())
                            .build();
            try (Connection connection = Nats.connect(options)) {
                assertThat(connection.getServerInfo().isAuthRequired()).isTrue();
            }
            Options wrong = Options.builder().server(server.url()).sslContext(trust).build();
            assertThatThrownBy(() -> Nats.connect(wrong)).isInstanceOf(IOException.class);
        }
    }

    @Nested
    class WithoutAnnotation {
        private @Nullable TestServer server;

        @Test
        void shouldGetThatOfTheClassAroundIt(TestServer given, Connection connection)
                throws Exception {
            server = given;
            Subscription subscription = connection.subscribe("a");
            connection.publish("a", bytes("b"));
            assertThat(subscription.nextMessage(SOON).getData()).isEqualTo(bytes("b"));
            assertThat(connection.getConnectedUrl()).isEqualTo(server.url());
        }
    }

    @Nested
    @NatsUser(name = "ann", password = "a")
    @NatsTest(
            config =
                    "accounts { A { users: [ { user: ann, password: a } ] },"
                            + " B { users: [ { user: bob, password: b } ] } }")
    class WithAccounts {
        @Test
        void shouldKeepThemApart(
                Connection ann, @NatsUser(name = "bob", password = "b") Connection bob)
                throws Exception {
            Subscription heardByAnn = ann.subscribe("news");
            Subscription heardByBob = bob.subscribe("news");
            ann.flush(SOON);
            bob.publish("news", bytes("of bob"));
            bob.flush(SOON);
            ann.publish("news", bytes("of ann"));
            assertThat(heardByBob.nextMessage(SOON).getData()).isEqualTo(bytes("of bob"));
            assertThat(heardByAnn.nextMessage(SOON).getData()).isEqualTo(bytes("of ann"));
        }
    }

    /** Whose annotation its subclasses have. */
    @NatsTest
    abstract static class Base {
        @ParameterizedTest
        @ValueSource(strings = "a")
        void shouldGiveParametersAfterThoseOfTheTest(String value, TestServer given) {
            assertThat(given.url()).startsWith("nats:");
        }
    }

    @Nested
    class WithABaseClass extends Base {}

    @Test
    void shouldSayWhatIsWrongWithAConfiguration() throws Exception {
        Wanted wanted = new Wanted("max_payload: many", false, true);
        assertThatThrownBy(() -> new TestServer(wanted))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("max_payload");
        assertThat(Objects.requireNonNull(wanted.certificate()).trustStore().getParent())
                .doesNotExist();
    }
}
