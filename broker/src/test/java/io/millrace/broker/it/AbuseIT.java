package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.SocketException;
import java.time.Duration;
import java.util.function.Consumer;

/** Rows of the list of bad inputs, with the exact answers. */
class AbuseIT {
    private static void shouldClose(Mode mode, String input, String answer) throws Exception {
        shouldClose(mode, options -> {}, input, answer);
    }

    private static void shouldClose(
            Mode mode, Consumer<OptionsBuilder> options, String input, String answer)
            throws Exception {
        try (NatsServer server = Modes.start(mode, options);
                RawClient bystander = RawClient.connected(server);
                RawClient client = new RawClient(server)) {
            client.send(input);
            client.expect(answer);
            client.expectClosed();
            bystander.fence();
        }
    }

    private static void shouldStayOpen(
            Mode mode, Consumer<OptionsBuilder> options, String input, String answer)
            throws Exception {
        try (NatsServer server = Modes.start(mode, options);
                RawClient client = RawClient.connected(server)) {
            client.send(input);
            client.expect(answer);
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseOnUnknownVerb(Mode mode) throws Exception {
        shouldClose(mode, "FOO\r\n", "-ERR 'Unknown Protocol Operation'\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhenPayloadIsNotFollowedByLineEnd(Mode mode) throws Exception {
        shouldClose(mode, "PUB a 3\r\nabcd\r\n", "-ERR 'Unknown Protocol Operation'\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhenControlLineIsTooLong(Mode mode) throws Exception {
        String answer = "-ERR 'maximum control line exceeded'\r\n";
        shouldClose(mode, "PUB " + "a".repeat(4097), answer);
        shouldClose(mode, "CONNECT {\"name\":\"" + "a".repeat(5000) + "\"}\r\n", answer);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWithoutWordOnMalformedArguments(Mode mode) throws Exception {
        for (String input :
                new String[] {
                    "CONNECT {bad\r\n",
                    "PUB a\r\n",
                    "PUB a -1\r\n",
                    "PUB a 99999999999999999999\r\n",
                    "SUB a\r\n",
                    "SUB a b c d\r\n",
                    "HPUB a 1 3\r\nabc\r\n",
                    "CONNECT {\"headers\":true,\"verbose\":false}\r\nHPUB a 9 3\r\nabc\r\n"
                }) {
            shouldClose(mode, input, "");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAtTheLineOfTooLargePayload(Mode mode) throws Exception {
        shouldClose(mode, "PUB a 1048577\r\n", "-ERR 'Maximum Payload Violation'\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldResetBehindTheErrorWhenTooLargePayloadHasCome(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.maxPayload(1000));
                RawClient client = RawClient.connected(server)) {
            client.send("PUB a 1001\r\n" + "x".repeat(1001) + "\r\n");
            client.expect("-ERR 'Maximum Payload Violation'\r\n");
            assertThatThrownBy(client::line)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseConnectOptionsThatContradict(Mode mode) throws Exception {
        shouldClose(mode, "CONNECT {\"protocol\":2}\r\n", "-ERR 'invalid client protocol'\r\n");
        shouldClose(
                mode,
                "CONNECT {\"no_responders\":true}\r\n",
                "-ERR 'no responders requires headers support'\r\n");
        shouldClose(
                mode, "CONNECT {\"account\":\"$SYS\"}\r\n", "-ERR 'Authorization Violation'\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStayOpenOnInvalidSubjects(Mode mode) throws Exception {
        shouldStayOpen(mode, options -> {}, "SUB a..b 1\r\n", "-ERR 'Invalid Subject'\r\n");
        shouldStayOpen(mode, options -> {}, "SUB a.>.b 1\r\n", "-ERR 'Invalid Subject'\r\n");
        shouldStayOpen(
                mode,
                options -> {},
                "CONNECT {\"pedantic\":true,\"verbose\":false}\r\nPUB a.* 0\r\n\r\n",
                "-ERR 'Invalid Publish Subject'\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStayOpenWhenLimitsOfSubscriptionsAreReached(Mode mode) throws Exception {
        shouldStayOpen(
                mode,
                options -> options.maxSubscriptions(1),
                "SUB a 1\r\nSUB b 2\r\n",
                "-ERR 'maximum subscriptions exceeded'\r\n");
        shouldStayOpen(
                mode,
                options -> options.maxSubscriptionTokens(3),
                "SUB a.b.c.d 1\r\n",
                "-ERR 'Permissions Violation for Subscription to \"a.b.c.d\", too many"
                        + " tokens'\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayMoreConnectionsThanAllowed(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.maxConnections(1));
                RawClient first = RawClient.connected(server)) {
            try (RawClient second = new RawClient(server)) {
                second.expect("-ERR 'maximum connections exceeded'\r\n");
                second.expectClosed();
            }
            first.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseClientsThatNeverSpeak(Mode mode) throws Exception {
        shouldClose(
                mode,
                options -> options.connectTimeout(Duration.ofSeconds(1)),
                "",
                "-ERR 'Authentication Timeout'\r\n");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseStaleConnections(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                options ->
                                        options.pingInterval(Duration.ofMillis(100))
                                                .maxPingsOut(1));
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false}\r\n");
            client.expect("PING\r\n-ERR 'Stale Connection'\r\n");
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassSubjectsOfAnyBytesAndTokens(Mode mode) throws Exception {
        String subject = "a.".repeat(1999) + "\u00ff\u0000\u0001";
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send("SUB a.> 1\r\nPUB " + subject + " 1\r\nx\r\n");
            client.expect("MSG " + subject + " 1 1\r\nx\r\n");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassHeadersOfAnyBytes(Mode mode) throws Exception {
        String[] headers = {
            "no version at all",
            "NATS/1.0\r\n\u0000: \u0000\r\n\r\n",
            "NATS/1.0\r\nNats-Request-Info: {}\r\nnats-request-info: {}\r\n\r\n",
            "NATS/1.0\r\n" + "k".repeat(65_536) + ": v\r\n\r\n",
            "\u00ff\u00fe\r\n\r\n\r\nPUB forged 2\r\nhi\r\n"
        };
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send("SUB foo 1\r\n");
            for (String header : headers) {
                String sizes = header.length() + " " + (header.length() + 2);
                client.send("HPUB foo " + sizes + "\r\n" + header + "hi\r\n");
                client.expect("HMSG foo 1 " + sizes + "\r\n" + header + "hi\r\n");
            }
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeOtherProtocolsForOurs(Mode mode) throws Exception {
        String answer = "-ERR 'Unknown Protocol Operation'\r\n";
        shouldClose(mode, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", answer);
        shouldClose(mode, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", answer);
        shouldClose(mode, "\u0010\u000c\u0000\u0004MQTT", answer);
    }
}
