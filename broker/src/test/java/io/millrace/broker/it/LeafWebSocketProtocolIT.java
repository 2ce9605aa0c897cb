package io.millrace.broker.it;

import static io.millrace.broker.it.RawWebSocket.BINARY;
import static io.millrace.broker.it.RawWebSocket.FIN;
import static io.millrace.broker.it.RawWebSocket.RSV1;
import static io.millrace.broker.it.RawWebSocket.bytes;
import static io.millrace.broker.it.RawWebSocket.deflated;
import static io.millrace.broker.it.RawWebSocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/** What a hub says to those who come to be leaf nodes by WebSocket. */
@SuppressWarnings("try") // closing a hub is what one of them looks at
class LeafWebSocketProtocolIT {
    private static final String COMPRESSION =
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                    + " client_no_context_takeover\r\n";
    private static final String NO_MASKING = "Nats-No-Masking: true\r\n";
    private static final String CONNECT =
            "CONNECT {\"name\":\"L\",\"server_id\":\"NL\",\"cluster\":\"LC\",\"headers\":true,"
                    + "\"version\":\"2.15.0\",\"protocol\":3,\"remote_account\":\"$G\"}\r\n";

    /** Of T0pS3cr3t, at the lowest cost. */
    private static final String HASH =
            "$2b$04$SnqXioj2hy1agUu2m20twec7DKQC6ZXRz2OCp5t0cHx3as/t7V/gi";

    private static final String VIOLATION = "-ERR 'Authorization Violation'\r\n";

    private final LogLines log = new LogLines();

    private NatsServer hub(Mode mode, String leafs, String more) throws Exception {
        return Leafs.hub(
                mode,
                log,
                leafs,
                "websocket { listen: \"127.0.0.1:-1\", no_tls: true, compression: true }\n" + more);
    }

    private static RawWebSocket leaf(NatsServer hub, String path, String... headers)
            throws Exception {
        RawWebSocket leaf = RawWebSocket.asking(hub, RawWebSocket.request(path, headers));
        assertThat(leaf.head()).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        return leaf;
    }

    private static void fence(RawWebSocket leaf) throws Exception {
        leaf.send("PING\r\n");
        String line = leaf.line();
        while (!line.equals("PONG\r\n")) {
            assertThat(line).as("told meanwhile").matches("(?:LS\\+ .*|PING)\\r\\n");
            line = leaf.line();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGreetAndLetIn(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "", "")) {
            for (String path : new String[] {"/leafnode", "/some/leafnode?x"}) {
                try (RawWebSocket leaf =
                        leaf(hub, path, "X-Forwarded-For: 10.1.2.3\r\nUser-Agent: Mozilla/5\r\n")) {
                    assertThat(leaf.line())
                            .startsWith("INFO {\"server_id\":\"" + hub.id() + "\",")
                            .contains(
                                    "\"nonce\":\"",
                                    "\"compression\":\"s2_auto\",\"info_on_connect\":true,");
                    leaf.send(CONNECT);
                    assertThat(leaf.line())
                            .contains("\"connect_info\":true,\"remote_account\":\"$G\",");
                    fence(leaf);
                    log.await("[INF] 10.1.2.3/127.0.0.1:", " - lid_ws:", "JetStream using domains");
                    log.await("[DBG]", " - lid_ws:", "Leafnode compression=false");
                }
            }
        }
    }

    /** What compresses already isn't compressed twice, and nothing is said of it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCompressMessagesIfItIsAskedTo(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "", "");
                RawWebSocket leaf = leaf(hub, "/leafnode", COMPRESSION)) {
            assertThat(leaf.head()).contains("\r\n" + COMPRESSION);
            RawWebSocket.Frame info = leaf.frame();
            assertThat(info.first()).isEqualTo(FIN | RSV1 | BINARY);
            assertThat(WebSocketIT.inflated(info.payload()))
                    .startsWith("INFO {")
                    .doesNotContain("compression")
                    .endsWith("} \r\n");
            leaf.sendDeflated(CONNECT);
            assertThat(WebSocketIT.inflated(leaf.frame().payload()))
                    .contains("\"connect_info\":true");
            log.await("[DBG]", " - lid_ws:", "Leafnode compression=true");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeFramesWithoutMasksIfItIsAskedTo(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "compression: off", "");
                RawWebSocket leaf = leaf(hub, "/leafnode", NO_MASKING)) {
            assertThat(leaf.head()).contains("\r\n" + NO_MASKING);
            assertThat(leaf.line()).startsWith("INFO {");
            leaf.sendRaw(frame(FIN | BINARY, bytes(CONNECT), false));
            assertThat(leaf.line()).contains("\"connect_info\":true");
            fence(leaf);
        }
        try (NatsServer hub = hub(mode, "", "");
                RawWebSocket leaf = leaf(hub, "/leafnode")) {
            assertThat(leaf.head()).doesNotContain(NO_MASKING);
            assertThat(leaf.line()).startsWith("INFO {");
            leaf.sendRaw(frame(FIN | BINARY, bytes(CONNECT), false));
            leaf.expectClose(1002, "mask bit missing");
        }
    }

    /** What little a stranger sends may come to no more than what CONNECT takes. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldInflateLittleOfAStranger(Mode mode) throws Exception {
        byte[] bomb = deflated(bytes("CONNECT {\"name\":\"" + "a".repeat(100_000_000)));
        try (NatsServer hub = hub(mode, "", "");
                RawWebSocket stranger = leaf(hub, "/leafnode", COMPRESSION)) {
            assertThat(stranger.frame().first()).isEqualTo(FIN | RSV1 | BINARY);
            stranger.sendRaw(frame(FIN | RSV1 | BINARY, bomb));
            assertThat(stranger.frame().payload()).startsWith("-ERR '");
            assertThat(stranger.frame().first()).isEqualTo(FIN | RawWebSocket.CLOSE);
            stranger.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearNothingElseBeforeConnect(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "compression: off", "")) {
            for (String first : new String[] {"LS+ foo\r\n", "PING\r\n", "INFO {}\r\n"}) {
                try (RawWebSocket leaf = leaf(hub, "/leafnode")) {
                    assertThat(leaf.line()).startsWith("INFO {");
                    leaf.send(first);
                    assertThat(leaf.line()).startsWith("-ERR '");
                    assertThat(leaf.frame().first()).isEqualTo(FIN | RawWebSocket.CLOSE);
                    leaf.expectClosed();
                }
            }
        }
    }

    /** What comes meanwhile isn't lost, and nobody is let in before. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGoOnBehindAProofThatTakesAWhile(Mode mode) throws Exception {
        String login = CONNECT.replace("}", ",\"user\":\"u\",\"pass\":\"%s\"}");
        try (NatsServer hub =
                hub(mode, "", "authorization { user: u, password: \"" + HASH + "\" }")) {
            try (RawWebSocket leaf = leaf(hub, "/leafnode")) {
                assertThat(leaf.line()).startsWith("INFO {");
                leaf.sendRaw(
                        frame(FIN | BINARY, bytes(login.formatted("T0pS3cr3t") + "LS+ a\r\n")));
                leaf.sendRaw(frame(FIN | BINARY, bytes("LS+ b\r\n")));
                assertThat(leaf.line()).contains("\"connect_info\":true");
                fence(leaf);
                try (RawClient client = new RawClient(hub)) {
                    client.send(
                            "CONNECT {\"user\":\"u\",\"pass\":\"T0pS3cr3t\",\"verbose\":false}"
                                    + "\r\nPUB a 1\r\nx\r\nPUB b 1\r\ny\r\n");
                    for (String expected :
                            List.of("LMSG a 1\r\n", "x\r\n", "LMSG b 1\r\n", "y\r\n")) {
                        String line = leaf.line();
                        while (line.equals("PING\r\n") || line.startsWith("LS+ ")) {
                            line = leaf.line();
                        }
                        assertThat(line).isEqualTo(expected);
                    }
                }
            }
            try (RawWebSocket leaf = leaf(hub, "/leafnode")) {
                assertThat(leaf.line()).startsWith("INFO {");
                leaf.send(login.formatted("wrong") + "LS+ c\r\n");
                leaf.expect(VIOLATION);
                leaf.expectClose(1008, "Authentication Failure");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhyItEnds(Mode mode) throws Exception {
        try (NatsServer hub = hub(mode, "", "authorization { token: t }")) {
            try (RawWebSocket leaf = leaf(hub, "/leafnode")) {
                assertThat(leaf.line()).startsWith("INFO {");
                leaf.send(CONNECT);
                leaf.expect(VIOLATION);
                leaf.expectClose(1008, "Authentication Failure");
            }
            try (RawWebSocket leaf = leaf(hub, "/leafnode")) {
                assertThat(leaf.line()).startsWith("INFO {");
                leaf.send(CONNECT.replace("}", ",\"auth_token\":\"t\",\"user\":\"t\"}"));
                assertThat(leaf.line()).contains("\"connect_info\":true");
                fence(leaf);
                hub.close();
                RawWebSocket.Frame last = leaf.frame();
                while (last.first() == (FIN | BINARY)) {
                    last = leaf.frame();
                }
                assertThat(last.payload()).isEqualTo("\u0003\u00e9Server Shutdown");
                leaf.expectClosed();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhereTheOthersOfItsClusterAre(Mode mode) throws Exception {
        String cluster = "cluster { name: C, listen: \"127.0.0.1:-1\"%s }";
        try (NatsServer first = hub(mode, "", cluster.formatted(""));
                RawWebSocket early = leaf(first, "/leafnode")) {
            assertThat(early.line()).startsWith("INFO {").doesNotContain("ws_connect_urls");
            early.send(CONNECT);
            assertThat(early.line()).contains("\"connect_info\":true");
            String route = ", routes: [\"nats-route://127.0.0.1:" + first.clusterPort() + "\"]";
            String rest =
                    "websocket { listen: \"127.0.0.1:-1\", no_tls: true }\n"
                            + cluster.formatted(route);
            try (NatsServer second = Leafs.start(mode, new LogLines(), rest)) {
                String urls =
                        "\"ws_connect_urls\":[\"127.0.0.1:" + RawWebSocket.port(second) + "\"]";
                String line = early.line();
                while (!line.startsWith("INFO {") || !line.contains(urls)) {
                    line = early.line();
                }
                try (RawWebSocket late = leaf(first, "/leafnode")) {
                    assertThat(late.line()).contains(urls);
                }
            }
        }
    }

    /** Where there are remotes only, nobody may come to be a leaf node. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhereNoLeafNodesConnect(Mode mode) throws Exception {
        String rest = "websocket { listen: \"127.0.0.1:-1\", no_tls: true }";
        try (NatsServer server = Leafs.spoke(mode, log, "ws://127.0.0.1:1", "", rest);
                RawWebSocket leaf = leaf(server, "/leafnode")) {
            leaf.expectClosed();
            log.await("[ERR] Not configured to accept leaf node connections");
        }
    }
}
