package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Clients behind a proxy that says for whom it connects, and those who say nothing. */
class ProxyProtocolIT {
    private static final String LINE = "PROXY TCP4 9.8.7.6 1.1.1.1 1234 4222\r\n";
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String BINARY =
            SIGNATURE + "\41\21\0\14" + "\11\10\7\6\1\1\1\1\4\322\20\176";
    private static final String LOCAL = SIGNATURE + "\40\0\0\0";
    private static final String CONNECT =
            "CONNECT {\"verbose\":false,\"name\":\"x\",\"protocol\":1}\r\nPING\r\n";

    private final LogLines log = new LogLines();

    private NatsServer start(Mode mode, Consumer<OptionsBuilder> change) throws Exception {
        return Modes.start(
                mode, log, change.andThen(options -> options.proxyProtocol(true).httpPort(-1)));
    }

    private NatsServer start(Mode mode) throws Exception {
        return start(mode, options -> {});
    }

    private static String connz(NatsServer server, String query) throws Exception {
        return InProcessIT.get(server, "/connz" + query);
    }

    /** The client has sent CONNECT and PING: it is known, and told, by the address. */
    private static void shouldBeKnownAs(String ip, NatsServer server, RawClient client)
            throws Exception {
        client.expect("PONG\r\n");
        assertThat(client.line())
                .startsWith("INFO {")
                .contains("\"client_ip\":\"" + ip + "\"", "\"connect_info\":true");
        assertThat(connz(server, "")).contains("\"ip\":\"" + ip + "\",\"port\":");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKnowClientsByTheAddressThatTheProxySays(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            for (String header : new String[] {LINE, BINARY}) {
                try (RawClient client = new RawClient(server)) {
                    assertThat(client.info()).doesNotContain("client_ip");
                    client.send(header + CONNECT);
                    shouldBeKnownAs("9.8.7.6", server, client);
                    assertThat(connz(server, "")).contains("\"ip\":\"9.8.7.6\",\"port\":1234,");
                }
                log.await("9.8.7.6:1234 - cid:", "Client connection closed: Client Closed");
                assertThat(connz(server, "?state=closed")).contains("\"ip\":\"9.8.7.6\"");
                log.clear();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldReadHeadersInPieces(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            for (String header : new String[] {LINE, BINARY}) {
                try (RawClient client = new RawClient(server)) {
                    for (byte each : (header + CONNECT).getBytes(StandardCharsets.ISO_8859_1)) {
                        client.send(new byte[] {each});
                    }
                    shouldBeKnownAs("9.8.7.6", server, client);
                }
            }
        }
    }

    /** As much as a header can say, with much behind it in the same packets. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLoseNothingBehindTheHeader(Mode mode) throws Exception {
        String binary = SIGNATURE + "\41\21\377\377" + BINARY.substring(16) + "t".repeat(65_523);
        String payload = "p".repeat(200_000);
        String publish = "PUB a " + payload.length() + "\r\n" + payload + "\r\n";
        try (NatsServer server = start(mode)) {
            for (String header : new String[] {LINE, binary, LOCAL, ""}) {
                try (RawClient client = new RawClient(server)) {
                    client.send(header + "CONNECT {\"verbose\":false}\r\nSUB a 1\r\n" + publish);
                    client.expect("MSG a 1 200000\r\n" + payload + "\r\n");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeTheProxyItselfWhereItSpeaksForNobody(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            for (String header : new String[] {"PROXY UNKNOWN\r\n", LOCAL, ""}) {
                try (RawClient client = new RawClient(server)) {
                    assertThat(client.info()).doesNotContain("client_ip");
                    client.send(header + CONNECT);
                    shouldBeKnownAs("127.0.0.1", server, client);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWithoutWordOnHeadersThatMakeNoSense(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient bystander = RawClient.connected(server)) {
            for (String header :
                    new String[] {
                        "PROXY TCP4 ::1 ::1 1 2\r\n",
                        "PROXY \r\n",
                        "PROXY " + "x".repeat(200),
                        SIGNATURE.substring(0, 8) + "XXXX",
                        SIGNATURE + "\61\21\0\14",
                        SIGNATURE + "\41\61\0\14",
                        SIGNATURE + "\41\21\0\1x"
                    }) {
                log.clear();
                try (RawClient client = new RawClient(server)) {
                    client.send(header + CONNECT);
                    client.expectClosed();
                    log.await("[WRN] Error reading PROXY protocol header from 127.0.0.1:");
                    log.await("Client connection closed: Protocol Violation");
                }
            }
            bystander.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeAnotherHeaderForTheProtocol(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = new RawClient(server)) {
            client.send(LINE + LINE);
            client.expect("-ERR 'Unknown Protocol Operation'\r\n");
            client.expectClosed();
            log.await("9.8.7.6:1234 - cid:", "Client connection closed: Protocol Violation");
        }
    }

    /** The time for it is over after 5 s, in which nothing else is missed. */
    @Test
    void shouldNotWaitForeverForAHeader() throws Exception {
        try (NatsServer inline = start(Mode.INLINE);
                NatsServer dedicated = start(Mode.DEDICATED, o -> o.token(new Secret("t")))) {
            long begin = System.nanoTime();
            try (RawClient silent = new RawClient(inline);
                    RawClient half = new RawClient(inline);
                    RawClient slow = new RawClient(dedicated)) {
                half.send("PROXY TCP4 1.1.1.1");
                slow.send(BINARY.substring(0, 20));
                for (RawClient client : new RawClient[] {silent, half, slow}) {
                    client.expectClosed();
                    assertThat(Duration.ofNanos(System.nanoTime() - begin))
                            .isGreaterThan(Duration.ofMillis(4_500));
                }
            }
            log.await("[WRN] Error reading PROXY protocol header from 127.0.0.1:", ": i/o timeout");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHideNothingWithoutTheOption(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server)) {
            assertThat(client.info()).contains("\"client_ip\":\"127.0.0.1\"");
            client.send(LINE);
            client.expect("-ERR 'Unknown Protocol Operation'\r\n");
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldReadTheHeaderInFrontOfTls(Mode mode, @TempDir Path folder) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        try (NatsServer server = start(mode, files.tls())) {
            for (String header : new String[] {LINE, BINARY, LOCAL, ""}) {
                try (RawClient client = new RawClient(server)) {
                    client.send(header);
                    client.secure(files.ca.client());
                    client.send(CONNECT);
                    shouldBeKnownAs(address(header), server, client);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldReadTheHeaderInFrontOfBothKindsOfClients(Mode mode, @TempDir Path folder)
            throws Exception {
        TlsFiles files = new TlsFiles(folder);
        try (NatsServer server =
                start(mode, files.tls().andThen(options -> options.allowNonTls(true)))) {
            for (String header : new String[] {LINE, BINARY, LOCAL, ""}) {
                try (RawClient plain = new RawClient(server)) {
                    plain.send(header + CONNECT);
                    shouldBeKnownAs(address(header), server, plain);
                }
                try (RawClient client = new RawClient(server)) {
                    client.send(header);
                    client.secure(files.ca.client());
                    client.send(CONNECT);
                    shouldBeKnownAs(address(header), server, client);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldReadTheHeaderInFrontOfAHandshakeThatComesFirst(Mode mode, @TempDir Path folder)
            throws Exception {
        TlsFiles files = new TlsFiles(folder);
        for (Duration fallback : new Duration[] {Duration.ZERO, Duration.ofSeconds(5)}) {
            try (NatsServer server =
                    start(mode, files.tls(o -> o.handshakeFirst(true, fallback)))) {
                for (String header : new String[] {LINE, BINARY, LOCAL, ""}) {
                    Socket socket = RawClient.open(server.port());
                    socket.getOutputStream().write(header.getBytes(StandardCharsets.ISO_8859_1));
                    try (RawClient client =
                            new RawClient(
                                    RawClient.secure(socket, files.ca.client(), "localhost"))) {
                        assertThat(client.info())
                                .contains("\"client_ip\":\"" + address(header) + "\"");
                        client.send(CONNECT);
                        shouldBeKnownAs(address(header), server, client);
                    }
                }
            }
        }
    }

    /** A proxy that speaks in time doesn't make its client one that shakes hands first. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGreetClientsOfProxiesThatWaitForInfo(Mode mode, @TempDir Path folder)
            throws Exception {
        TlsFiles files = new TlsFiles(folder);
        try (NatsServer server =
                start(mode, files.tls(o -> o.handshakeFirst(true, Duration.ofMillis(50))))) {
            for (String header : new String[] {LINE, ""}) {
                Socket socket = RawClient.open(server.port());
                socket.getOutputStream().write(header.getBytes(StandardCharsets.ISO_8859_1));
                try (RawClient client = new RawClient(socket)) {
                    client.secure(files.ca.client());
                    client.send(CONNECT);
                    shouldBeKnownAs(address(header), server, client);
                }
            }
        }
    }

    private static String address(String header) {
        return header.equals(LINE) || header.equals(BINARY) ? "9.8.7.6" : "127.0.0.1";
    }
}
