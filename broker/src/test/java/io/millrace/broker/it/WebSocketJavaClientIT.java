package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A real client by WebSocket, and another without. */
@SuppressWarnings("try") // close() may be interrupted
class WebSocketJavaClientIT {
    private static final Duration LIMIT = JavaClients.LONG;

    private static Connection connect(String url) throws Exception {
        return JavaClients.connect(url);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassMessagesAndAnswerRequests(Mode mode) throws Exception {
        String text = "websocket { listen: '127.0.0.1:-1', no_tls: true, compression: true }";
        try (NatsServer server = Modes.start(mode, options -> Configured.into(options, text));
                Connection web = connect(server.webSocketUrl());
                Connection plain = connect(server.clientUrl())) {
            Subscription subscription = web.subscribe("greet.*");
            web.flush(LIMIT);
            for (int size : new int[] {0, 1, 1000, 100_000, 1024 * 1024}) {
                byte[] payload = "x".repeat(size).getBytes(StandardCharsets.US_ASCII);
                plain.publish("greet.joe", payload);
                assertThat(subscription.nextMessage(LIMIT).getData()).isEqualTo(payload);
                web.publish("greet.ann", payload);
                assertThat(subscription.nextMessage(LIMIT).getData()).isEqualTo(payload);
            }
            Dispatcher answering =
                    web.createDispatcher(asked -> web.publish(asked.getReplyTo(), asked.getData()));
            answering.subscribe("echo");
            web.flush(LIMIT);
            Message answer = plain.request("echo", new byte[] {7}, LIMIT);
            assertThat(answer.getData()).containsExactly(7);
        }
    }
}
