package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

@SuppressWarnings("try") // closing a jnats connection may be interrupted
class JavaClientIT {
    private static final Duration LONG = JavaClients.LONG;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPublishAndSubscribeInOrder(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                Connection subscriber = JavaClients.connect(server.clientUrl());
                Connection publisher = JavaClients.connect(server.clientUrl())) {
            publishesInOrder(subscriber, publisher);
        }
    }

    /** Fails if one doesn't get all that the other publishes, in its order. */
    static void publishesInOrder(Connection subscriber, Connection publisher) throws Exception {
        int messages = 50_000;
        Subscription all = subscriber.subscribe("numbers.*");
        subscriber.flush(LONG);
        for (int i = 0; i < messages; i++) {
            publisher.publish("numbers." + i % 7, Integer.toString(i).getBytes());
        }
        for (int i = 0; i < messages; i++) {
            Message message = all.nextMessage(LONG);
            assertThat(message).isNotNull();
            assertThat(new String(message.getData(), StandardCharsets.US_ASCII))
                    .isEqualTo(Integer.toString(i));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequestsWithHeaders(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                Connection service = JavaClients.connect(server.clientUrl());
                Connection client = JavaClients.connect(server.clientUrl())) {
            Dispatcher dispatcher =
                    service.createDispatcher(
                            request ->
                                    service.publish(
                                            NatsMessage.builder()
                                                    .subject(request.getReplyTo())
                                                    .headers(new Headers().add("name", "value"))
                                                    .data(request.getData())
                                                    .build()));
            dispatcher.subscribe("echo", "workers");
            service.flush(LONG);
            for (int i = 0; i < 500; i++) {
                Message reply = client.request("echo", ("hi" + i).getBytes(), LONG);
                assertThat(reply).isNotNull();
                assertThat(new String(reply.getData())).isEqualTo("hi" + i);
                assertThat(reply.getHeaders().getFirst("name")).isEqualTo("value");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellClientAtOnceThatNobodyResponds(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                Connection client = JavaClients.connect(server.clientUrl())) {
            assertThatThrownBy(
                            () -> client.request("nobody", new byte[0]).get(60, TimeUnit.SECONDS))
                    .isInstanceOfAny(CancellationException.class, ExecutionException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLoseNothingWhenSubscriberDrains(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                Connection subscriber = JavaClients.connect(server.clientUrl());
                Connection publisher = JavaClients.connect(server.clientUrl())) {
            drainsAll(subscriber, publisher);
        }
    }

    /** Fails if one that drains doesn't get all that the other has published before. */
    static void drainsAll(Connection subscriber, Connection publisher) throws Exception {
        AtomicInteger received = new AtomicInteger();
        subscriber.createDispatcher(_ -> received.incrementAndGet()).subscribe("drained");
        subscriber.flush(LONG);
        for (int i = 0; i < 10_000; i++) {
            publisher.publish("drained", new byte[16]);
        }
        publisher.flush(LONG);
        assertThat(subscriber.drain(LONG).get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(received).hasValue(10_000);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeClientsBackAfterRestart(Mode mode) throws Exception {
        NatsServer first = Modes.start(mode);
        int port = first.port();
        Options options =
                new Options.Builder()
                        .server(first.clientUrl())
                        .reconnectWait(Duration.ofMillis(20))
                        .maxReconnects(-1)
                        .connectionTimeout(LONG)
                        .build();
        try (Connection connection = Nats.connect(options)) {
            Subscription subscription = connection.subscribe("again");
            first.close();
            try (NatsServer second = Modes.start(mode, o -> o.port(port))) {
                Modes.await("the client is back", () -> second.subscriptionCount() == 1);
                connection.publish("again", new byte[] {7});
                Message message = subscription.nextMessage(LONG);
                assertThat(message).isNotNull();
                assertThat(message.getData()).containsExactly(7);
            }
        }
    }
}
