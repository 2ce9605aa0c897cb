package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.InProcess;
import io.millrace.broker.NatsServer;
import io.millrace.broker.config.listen.ListenKeys;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.jnats.InProcessOptions;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** jnats in the server's own JVM, without sockets. */
@Timeout(120)
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class InProcessJavaClientIT {
    private static final Duration LONG = JavaClients.LONG;

    @TempDir private Path folder;

    /** A server that no socket leads to. */
    private static NatsServer start(Mode mode) throws IOException {
        return Modes.start(mode, options -> options.set(ListenKeys.DONT_LISTEN, true));
    }

    private static Connection connect(NatsServer server) throws Exception {
        return Nats.connect(
                InProcessOptions.builder(server.inProcess()).connectionTimeout(LONG).build());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPublishAndSubscribeInOrder(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection subscriber = connect(server);
                Connection publisher = connect(server)) {
            JavaClientIT.publishesInOrder(subscriber, publisher);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequestsOfClientsInsideAndOutside(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                Connection service = connect(server);
                Connection inside = connect(server);
                Connection outside = JavaClients.connect(server.clientUrl())) {
            Dispatcher dispatcher =
                    service.createDispatcher(
                            request -> service.publish(request.getReplyTo(), request.getData()));
            dispatcher.subscribe("echo");
            service.flush(LONG);
            for (int i = 0; i < 300; i++) {
                for (Connection client : List.of(inside, outside)) {
                    Message reply = client.request("echo", ("hi" + i).getBytes(), LONG);
                    assertThat(reply).isNotNull();
                    assertThat(new String(reply.getData())).isEqualTo("hi" + i);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCarryPayloadsOfTheLargestSize(Mode mode) throws Exception {
        byte[] payload = new byte[1024 * 1024];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (i * 31 + (i >> 8));
        }
        try (NatsServer server = start(mode);
                Connection subscriber = connect(server);
                Connection publisher = connect(server)) {
            Subscription large = subscriber.subscribe("large");
            subscriber.flush(LONG);
            for (int i = 0; i < 20; i++) {
                publisher.publish("large", payload);
                Message message = large.nextMessage(LONG);
                assertThat(message).isNotNull();
                assertThat(message.getData()).isEqualTo(payload);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLoseNothingWhenSubscriberDrains(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                Connection subscriber = connect(server);
                Connection publisher = connect(server)) {
            JavaClientIT.drainsAll(subscriber, publisher);
            Modes.await("the subscriber is gone", () -> server.clientCount() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveTheServerWhenItCloses(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                connections.add(connect(server));
            }
            assertThat(server.clientCount()).isEqualTo(20);
            for (Connection connection : connections) {
                connection.close();
            }
            Modes.await("all are gone", () -> server.clientCount() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldComeBackToTheNextServer(Mode mode) throws Exception {
        NatsServer first = start(mode);
        AtomicReference<InProcess> current = new AtomicReference<>(first.inProcess());
        Options options =
                InProcessOptions.builder(current::get)
                        .reconnectWait(Duration.ofMillis(20))
                        .maxReconnects(-1)
                        .build();
        try (Connection connection = Nats.connect(options)) {
            Subscription subscription = connection.subscribe("again");
            first.close();
            try (NatsServer second = start(mode)) {
                current.set(second.inProcess());
                Modes.await("the client is back", () -> second.subscriptionCount() == 1);
                connection.publish("again", new byte[] {7});
                Message message = subscription.nextMessage(LONG);
                assertThat(message).isNotNull();
                assertThat(message.getData()).containsExactly(7);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveUpAfterAsManyAttemptsAsItMayMake(Mode mode) throws Exception {
        NatsServer server = start(mode);
        Options options =
                InProcessOptions.builder(server.inProcess())
                        .reconnectWait(Duration.ofMillis(5))
                        .maxReconnects(3)
                        .build();
        try (Connection connection = Nats.connect(options)) {
            server.close();
            Modes.await(
                    "the client has given up",
                    () -> connection.getStatus() == Connection.Status.CLOSED);
        }
        assertThatThrownBy(() -> Nats.connect(options)).isInstanceOf(IOException.class);
    }

    /** Connections with the same options have nothing else in common. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountTheAttemptsOfEachConnectionByItself(Mode mode) throws Exception {
        int most = 3;
        NatsServer server = start(mode);
        AtomicInteger asked = new AtomicInteger();
        Options options =
                InProcessOptions.builder(
                                () -> {
                                    asked.incrementAndGet();
                                    return server.inProcess();
                                })
                        .reconnectWait(Duration.ofMillis(5))
                        .maxReconnects(most)
                        .build();
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                connections.add(Nats.connect(options));
            }
            asked.set(0);
            server.close();
            Modes.await(
                    "all have given up",
                    () ->
                            connections.stream()
                                    .allMatch(
                                            each -> each.getStatus() == Connection.Status.CLOSED));
            assertThat(asked.get()).isEqualTo(most * connections.size());
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLogInAsOverASocket(Mode mode) throws Exception {
        String users = "authorization { user: joe, password: secret }";
        try (NatsServer server =
                Modes.start(
                        mode,
                        options ->
                                Configured.into(
                                        options.set(ListenKeys.DONT_LISTEN, true), users))) {
            Options right =
                    InProcessOptions.builder(server.inProcess()).userInfo("joe", "secret").build();
            try (Connection connection = Nats.connect(right)) {
                connection.flush(LONG);
                assertThat(connection.getServerInfo().getServerId()).isEqualTo(server.id());
            }
            Options wrong =
                    InProcessOptions.builder(server.inProcess()).userInfo("joe", "guess").build();
            assertThatThrownBy(() -> Nats.connect(wrong))
                    .isInstanceOf(AuthenticationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNeedNoTlsWhereSocketsDo(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, new TlsFiles(folder).tls());
                Connection connection = connect(server)) {
            connection.flush(LONG);
            assertThat(connection.getServerInfo().isTLSRequired()).isFalse();
        }
    }
}
