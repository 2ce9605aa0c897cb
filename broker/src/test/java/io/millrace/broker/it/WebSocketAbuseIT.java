package io.millrace.broker.it;

import static io.millrace.broker.it.RawWebSocket.BINARY;
import static io.millrace.broker.it.RawWebSocket.FIN;
import static io.millrace.broker.it.RawWebSocket.PING;
import static io.millrace.broker.it.RawWebSocket.PONG;
import static io.millrace.broker.it.RawWebSocket.RSV1;
import static io.millrace.broker.it.RawWebSocket.bytes;
import static io.millrace.broker.it.RawWebSocket.deflated;
import static io.millrace.broker.it.RawWebSocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What strangers and others may do to a server by WebSocket, and what comes of it. */
class WebSocketAbuseIT {
    private static final int MEGABYTE = 1024 * 1024;
    private static final String COMPRESSION = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

    private final LogLines log = new LogLines();

    private NatsServer start(Mode mode, String outside) throws IOException {
        String text =
                "websocket { listen: '127.0.0.1:-1', no_tls: true, compression: true,"
                        + " handshake_timeout: '10s' }\n"
                        + outside;
        return Modes.start(mode, log, options -> Configured.into(options.httpPort(-1), text));
    }

    private static RawWebSocket compressing(NatsServer server) throws IOException {
        RawWebSocket client = new RawWebSocket(server, COMPRESSION);
        assertThat(client.frame().first()).isEqualTo(FIN | RSV1 | BINARY);
        return client;
    }

    /** What is kept of a kind. */
    private static long kept(NatsServer server, String kind) throws Exception {
        Matcher bytes =
                Pattern.compile("\"" + kind + "\":(\\d+)")
                        .matcher(InProcessIT.get(server, "/varz"));
        assertThat(bytes.find()).isTrue();
        return Long.parseLong(bytes.group(1));
    }

    private static void awaitNothingOf(NatsServer server, String kind) {
        Modes.await(
                "no " + kind,
                () -> {
                    try {
                        return kept(server, kind) == 0;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /** CVE-2026-27571: what a stranger says may come to no more than what CONNECT takes. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldInflateLittleOfAStranger(Mode mode) throws Exception {
        byte[] bomb = deflated(bytes(" ".repeat(100 * MEGABYTE)));
        try (NatsServer server = start(mode, "authorization { token: t }");
                RawWebSocket stranger = compressing(server);
                RawWebSocket bystander = compressing(server)) {
            bystander.sendDeflated("CONNECT {\"auth_token\":\"t\",\"verbose\":false}\r\n");
            bystander.fence();
            stranger.sendDeflated("CONNECT {\"name\":");
            stranger.sendRaw(frame(FIN | RSV1 | BINARY, bomb));
            stranger.expect("-ERR 'maximum control line exceeded'\r\n");
            stranger.expectClose(1008, "Maximum Control Line Exceeded");
            bystander.fence();
            awaitNothingOf(server, "inflaters");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldInflateSoMuchAndNoMore(Mode mode) throws Exception {
        String publish = "PUB a 90000\r\n" + "x".repeat(90_000) + "\r\n";
        try (NatsServer server = start(mode, "max_payload: 100000")) {
            try (RawWebSocket client = compressing(server)) {
                client.sendDeflated(RawWebSocket.QUIET);
                client.fence();
                client.sendDeflated(publish.repeat(8));
                client.fence();
                client.sendDeflated(publish.repeat(9));
                client.expect("-ERR 'Maximum Payload Violation'\r\n");
                client.expectClose(1009, "Maximum Message Payload Exceeded");
            }
            // One who hasn't said who it is, though nobody has to.
            try (RawWebSocket client = compressing(server)) {
                client.sendDeflated("CONNECT {\"name\":\"" + "a".repeat(1000));
                client.sendDeflated("b".repeat(70_000));
                client.expect("-ERR 'maximum control line exceeded'\r\n");
                client.expectClose(1008, "Maximum Control Line Exceeded");
            }
            awaitNothingOf(server, "inflaters");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndWhoSendsADamagedMessage(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                RawWebSocket client = compressing(server)) {
            client.send(FIN | RSV1 | BINARY, "\u00ff\u00ff\u00ff\u00ff");
            client.expectClose(1001, "Read Error");
            log.await("[ERR] 127.0.0.1:", " - read error: a compressed message is damaged");
        }
    }

    /** What a message is inflated with is theirs who have begun one, and kept while it lasts. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepAccountOfMessagesThatHaveNotComeWhole(Mode mode) throws Exception {
        byte[] message = deflated(bytes(RawWebSocket.QUIET + "PING\r\n"));
        try (NatsServer server = start(mode, "")) {
            List<RawWebSocket> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawWebSocket client = compressing(server);
                clients.add(client);
                client.sendRaw(frame(RSV1 | BINARY, Arrays.copyOf(message, 10)));
                client.send(FIN | PING, "");
                assertThat(client.frame().first()).isEqualTo(FIN | PONG);
            }
            assertThat(kept(server, "inflaters")).isEqualTo(20 * 40 * 1024);
            clients.removeFirst().close();
            for (RawWebSocket client : clients) {
                client.sendRaw(frame(FIN, Arrays.copyOfRange(message, 10, message.length)));
                client.expect("PONG\r\n");
            }
            awaitNothingOf(server, "inflaters");
            for (RawWebSocket client : clients) {
                client.close();
            }
        }
    }

    /** Those who have yet to ask for anything are no more than there may be clients. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBoundThoseWhoAskForNothing(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "max_connections: 5")) {
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                idle.add(RawClient.open(RawWebSocket.port(server)));
                idle.getLast().getOutputStream().write('G');
            }
            Modes.await("all are there", () -> isRefused(server));
            for (Socket each : idle) {
                each.close();
            }
            Modes.await("there is room again", () -> !isRefused(server));
        }
    }

    private static boolean isRefused(NatsServer server) {
        try (RawWebSocket client = RawWebSocket.asking(server, RawWebSocket.request("/"))) {
            return client.head().endsWith("<closed>");
        } catch (IOException e) {
            return true;
        }
    }

    /** A frame that promises the most takes up what has come of it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeUpNothingForWhatIsOnlyPromised(Mode mode) throws Exception {
        byte[] promise = {
            (byte) (FIN | BINARY), (byte) 0xff, 0x7f, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 'P'
        };
        try (NatsServer server = start(mode, "");
                RawWebSocket client = RawWebSocket.connected(server)) {
            long inbound = kept(server, "large_messages");
            client.sendRaw(promise);
            client.sendRaw(bytes("UB a 1\r\nx\r\nPING\r\n"));
            client.expect("PONG\r\n");
            assertThat(kept(server, "large_messages")).isEqualTo(inbound);
        }
    }
}
