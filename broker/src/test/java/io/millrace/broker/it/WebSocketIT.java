package io.millrace.broker.it;

import static io.millrace.broker.it.RawWebSocket.BINARY;
import static io.millrace.broker.it.RawWebSocket.CLOSE;
import static io.millrace.broker.it.RawWebSocket.FIN;
import static io.millrace.broker.it.RawWebSocket.PING;
import static io.millrace.broker.it.RawWebSocket.PONG;
import static io.millrace.broker.it.RawWebSocket.RSV1;
import static io.millrace.broker.it.RawWebSocket.TEXT;
import static io.millrace.broker.it.RawWebSocket.bytes;
import static io.millrace.broker.it.RawWebSocket.frame;
import static io.millrace.broker.it.RawWebSocket.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Clients that speak WebSocket, byte by byte. */
class WebSocketIT {
    private static final String COMPRESSION = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

    private final LogLines log = new LogLines();

    /** A server that WebSocket clients can connect to. */
    private NatsServer start(Mode mode) throws IOException {
        return start(mode, "", "");
    }

    /**
     * The same.
     *
     * @param inside further keys of its block
     * @param outside further keys
     */
    private NatsServer start(Mode mode, String inside, String outside) throws IOException {
        return Modes.start(mode, log, webSocket(inside, outside));
    }

    private static Consumer<OptionsBuilder> webSocket(String inside, String outside) {
        String text =
                "websocket { listen: '127.0.0.1:-1', no_tls: true\n" + inside + " }\n" + outside;
        return options -> Configured.into(options.httpPort(-1), text);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // --- how a WebSocket is opened

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldOpenTheWebSocketOfTheRfcsExample(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket client = new RawWebSocket(server)) {
            assertThat(client.head())
                    .isEqualTo(
                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\n"
                                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
            RawWebSocket.Frame info = client.frame();
            assertThat(info.first()).isEqualTo(FIN | BINARY);
            assertThat(info.payload())
                    .startsWith("INFO {")
                    .endsWith("} \r\n")
                    .contains("\"host\":\"127.0.0.1\",\"port\":" + RawWebSocket.port(server))
                    .contains("\"client_ip\":\"127.0.0.1\"")
                    .doesNotContain("tls_", "auth_required");
            // CONNECT {}, masked with 1, 2, 3, 4.
            client.sendRaw(
                    new byte[] {
                        (byte) 0x82,
                        (byte) 0x8c,
                        1,
                        2,
                        3,
                        4,
                        'C' ^ 1,
                        'O' ^ 2,
                        'N' ^ 3,
                        'N' ^ 4,
                        'E' ^ 1,
                        'C' ^ 2,
                        'T' ^ 3,
                        ' ' ^ 4,
                        '{' ^ 1,
                        '}' ^ 2,
                        '\r' ^ 3,
                        '\n' ^ 4
                    });
            assertThat(client.frame()).isEqualTo(new RawWebSocket.Frame(0x82, "+OK\r\n"));
            log.await("[INF] Listening for websocket clients on ws://127.0.0.1:");
            log.await("[WRN] Websocket not configured with TLS. DO NOT USE IN PRODUCTION!");
            log.await("[DBG] 127.0.0.1:", " - wid:1 - Client connection created");
        }
    }

    private void shouldRefuse(NatsServer server, String request, String status, String why)
            throws IOException {
        try (RawWebSocket client = RawWebSocket.asking(server, request)) {
            assertThat(client.head())
                    .startsWith("HTTP/1.1 " + status + "\r\n")
                    .contains("Sec-Websocket-Version: 13\r\n", "Connection: close\r\n");
            assertThat(client.rest()).isEqualTo(status.substring(4) + "\n");
            log.await("[ERR] 127.0.0.1:", " - websocket handshake error: " + why);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseRequestsThatAreNotForAWebSocket(Mode mode) throws Exception {
        String good = request("/");
        try (NatsServer server = start(mode)) {
            shouldRefuse(
                    server,
                    good.replace("GET", "POST"),
                    "405 Method Not Allowed",
                    "request method must be GET");
            String bad = "400 Bad Request";
            shouldRefuse(server, good.replace("Host", "Ghost"), bad, "'Host' missing in request");
            shouldRefuse(
                    server,
                    good.replace("Upgrade: websocket", "Upgrade: h2c"),
                    bad,
                    "invalid value for header 'Upgrade'");
            shouldRefuse(
                    server,
                    good.replace("Connection: Upgrade", "Connection: keep-alive"),
                    bad,
                    "invalid value for header 'Connection'");
            shouldRefuse(server, good.replace("Sec-WebSocket-Key", "Sec-Key"), bad, "key missing");
            shouldRefuse(
                    server,
                    good.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j"),
                    bad,
                    "invalid websocket key");
            shouldRefuse(
                    server,
                    good.replace("dGhlIHNhbXBsZSBub25jZQ==", "!!!"),
                    bad,
                    "invalid websocket key");
            shouldRefuse(server, good.replace(": 13", ": 12"), bad, "invalid version");
            shouldRefuse(server, "nonsense\r\n\r\n", bad, "malformed request");
            shouldRefuse(
                    server,
                    request("/mqtt"),
                    "404 Not Found",
                    "mqtt websocket endpoint not enabled");
            shouldRefuse(
                    server,
                    request("/", "X: " + "x".repeat(30_000) + "\r\n"),
                    "431 Request Header Fields Too Large",
                    "request is too large");
            shouldRefuse(
                    server,
                    request("/", "X: y\r\n".repeat(200)),
                    "431 Request Header Fields Too Large",
                    "request is too large");
            shouldRefuse(
                    server,
                    request("/" + "x".repeat(10_000)),
                    "431 Request Header Fields Too Large",
                    "request is too large");
            assertThat(server.clientCount()).isZero();
            RawWebSocket.connected(server).close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeHeadersInAnyLettersAndAmongOthers(Mode mode) throws Exception {
        String request =
                "GET /any/path?q=/mqtt HTTP/1.1\r\nhost: x\r\nUPGRADE: foo, WebSocket\r\n"
                        + "connection: keep-alive, upgrade\r\n"
                        + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "sec-websocket-version: 13\r\n\r\n";
        try (NatsServer server = start(mode);
                RawWebSocket client = RawWebSocket.asking(server, request)) {
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.line()).startsWith("INFO {");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoSpeaksBeforeTheAnswer(Mode mode) throws Exception {
        String early = request("/") + text(frame(FIN | BINARY, bytes("PING\r\n")));
        try (NatsServer server = start(mode);
                RawWebSocket client = RawWebSocket.asking(server, early)) {
            assertThat(client.head()).isEqualTo("<closed>");
            log.await("websocket handshake error: client sent data before handshake is complete");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoAsksForNothingInTime(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "handshake_timeout: '100ms'", "");
                RawWebSocket silent = RawWebSocket.asking(server, "");
                RawWebSocket slow = RawWebSocket.asking(server, "GET / HTTP/1.1\r\nHost:")) {
            assertThat(silent.head()).isEqualTo("<closed>");
            assertThat(slow.head()).isEqualTo("<closed>");
            // Whoever asks in time, which a machine that stalls may not manage at once.
            Modes.await("a WebSocket", () -> isOpenedInTime(server));
        }
    }

    private static boolean isOpenedInTime(NatsServer server) {
        try (RawWebSocket client = RawWebSocket.asking(server, request("/"))) {
            if (client.head().equals("<closed>")) {
                return false;
            }
            assertThat(client.line()).startsWith("INFO {");
            client.send(RawWebSocket.QUIET);
            client.fence();
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where none may come, as the reference: it says nothing and leaves. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseLeafNodes(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket leaf = RawWebSocket.asking(server, request("/leafnode"))) {
            assertThat(leaf.head()).startsWith("HTTP/1.1 101 ");
            leaf.expectClosed();
            log.await("[ERR] Not configured to accept leaf node connections");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerWithTheHeadersOfItsConfiguration(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "headers { X-One: 1a, X-Two: 'b, c' }", "");
                RawWebSocket client = new RawWebSocket(server)) {
            assertThat(client.head()).endsWith("=\r\nX-One: 1a\r\nX-Two: b, c\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNameWhomAProxyHasComeFor(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket first = new RawWebSocket(server, "X-Forwarded-For: 1.2.3.4\r\n");
                RawWebSocket second = new RawWebSocket(server, "X-Forwarded-For: ::5\r\n");
                RawWebSocket third = new RawWebSocket(server, "X-Forwarded-For: %n1.2\r\n");
                RawWebSocket fourth = new RawWebSocket(server, "X-Forwarded-For: ::5%<b>\r\n")) {
            log.await("[DBG] 1.2.3.4/127.0.0.1:", " - wid:1 - Client connection created");
            log.await("[DBG] [::5]/127.0.0.1:", " - wid:2 - Client connection created");
            log.await("[DBG] 127.0.0.1:", " - wid:3 - Client connection created");
            log.await("[DBG] 127.0.0.1:", " - wid:4 - Client connection created");
            // It is only what somebody says: the address stays the proxy's.
            assertThat(first.line()).contains("\"client_ip\":\"127.0.0.1\"");
            assertThat(second.line()).startsWith("INFO");
            assertThat(third.line()).startsWith("INFO");
            assertThat(fourth.line()).startsWith("INFO");
        }
    }

    // --- where pages may come from

    private void shouldBeOpenTo(NatsServer server, String origin, String why) throws IOException {
        String header = "Origin: " + origin + "\r\n";
        if (why.isEmpty()) {
            RawWebSocket.connected(server, header).close();
        } else {
            shouldRefuse(server, request("/", header), "403 Forbidden", why);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeOpenToPagesOfItsOwnHostOnly(Mode mode) throws Exception {
        String other = "origin not allowed: not same origin";
        try (NatsServer server = start(mode, "same_origin: true", "")) {
            shouldBeOpenTo(server, "http://localhost", "");
            shouldBeOpenTo(server, "http://LOCALHOST:80", "");
            shouldBeOpenTo(server, "https://localhost", other);
            shouldBeOpenTo(server, "http://localhost:81", other);
            shouldBeOpenTo(server, "http://example.org", other);
            shouldBeOpenTo(server, "http://localhost.example.org", other);
            shouldBeOpenTo(server, "null", "origin not allowed: invalid origin");
            // Nobody but a browser says it.
            RawWebSocket.connected(server).close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeOpenToPagesOfAllowedOriginsOnly(Mode mode) throws Exception {
        String other = "origin not allowed: not in the allowed list";
        String origins = "allowed_origins: ['http://a.example', 'https://b.example:8443']";
        try (NatsServer server = start(mode, origins, "")) {
            shouldBeOpenTo(server, "http://a.example", "");
            shouldBeOpenTo(server, "http://A.example:80", "");
            shouldBeOpenTo(server, "https://b.example:8443", "");
            shouldBeOpenTo(server, "https://a.example", other);
            shouldBeOpenTo(server, "https://b.example", other);
            shouldBeOpenTo(server, "http://a.example.evil.example", other);
            shouldBeOpenTo(server, "http://evil.example/http://a.example", other);
            shouldBeOpenTo(server, "http://a.example@evil.example", other);
        }
    }

    // --- messages

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeAMessageInFramesOfAnySizeWithPingsBetween(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket client = RawWebSocket.connected(server)) {
            client.send(TEXT, "SUB a 1\r\nPUB");
            client.send(FIN | PING, "are you there?");
            assertThat(client.frame())
                    .isEqualTo(new RawWebSocket.Frame(FIN | PONG, "are you there?"));
            client.send(0, "");
            client.send(0, " a 5\r\nhe");
            client.send(FIN | PONG, "nobody asked");
            client.send(FIN, "llo\r\n");
            client.expect("MSG a 1 5\r\nhello\r\n");
            client.send(FIN | BINARY, "");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeFramesThatComeByteByByte(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket client = RawWebSocket.connected(server)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(frame(FIN | BINARY, bytes("SUB a 1\r\n")));
            all.writeBytes(frame(FIN | PING, bytes("x")));
            all.writeBytes(frame(FIN | BINARY, bytes("PUB a 200\r\n" + "y".repeat(200) + "\r\n")));
            for (byte each : all.toByteArray()) {
                client.sendRaw(new byte[] {each});
            }
            assertThat(client.frame()).isEqualTo(new RawWebSocket.Frame(FIN | PONG, "x"));
            client.expect("MSG a 1 200\r\n" + "y".repeat(200) + "\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassMessagesOfEverySizeToAndFromOtherClients(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket client = RawWebSocket.connected(server);
                RawClient plain = RawClient.connected(server)) {
            client.send("SUB there 1\r\n");
            client.fence();
            plain.send("SUB here 1\r\n");
            plain.fence();
            for (int size : new int[] {0, 1, 100, 125, 126, 5_000, 65_535, 65_536, 1_000_000}) {
                String payload = "z".repeat(size);
                client.send("PUB here " + size + "\r\n" + payload + "\r\n");
                plain.expect("MSG here 1 " + size + "\r\n" + payload + "\r\n");
                plain.send("PUB there " + size + "\r\n" + payload + "\r\n");
                client.expect("MSG there 1 " + size + "\r\n" + payload + "\r\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoWithoutMasksWhereThatIsAskedFor(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket client = new RawWebSocket(server, "Nats-No-Masking: true\r\n")) {
            assertThat(client.head()).endsWith("\r\nNats-No-Masking: true\r\n\r\n");
            assertThat(client.line()).startsWith("INFO");
            client.sendRaw(frame(FIN | BINARY, bytes(RawWebSocket.QUIET + "PING\r\n"), false));
            client.expect("PONG\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendBrowsersSmallFrames(Mode mode) throws Exception {
        String browser = "User-Agent: Mozilla/5.0 (X11) Chrome/1 Safari/537\r\n";
        String message = "MSG a 1 10000\r\n" + "b".repeat(10_000) + "\r\n";
        try (NatsServer server = start(mode);
                RawWebSocket client = RawWebSocket.connected(server, browser)) {
            client.send("SUB a 1\r\nPUB a 10000\r\n" + "b".repeat(10_000) + "\r\n");
            StringBuilder got = new StringBuilder();
            while (got.length() < message.length()) {
                RawWebSocket.Frame frame = client.frame();
                assertThat(frame.first()).isEqualTo(FIN | BINARY);
                assertThat(frame.payload().length()).isLessThanOrEqualTo(4096);
                got.append(frame.payload());
            }
            assertThat(got.toString()).isEqualTo(message);
        }
    }

    // --- compression

    static String inflated(String compressed) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(bytes(compressed + "\0\0\u00ff\u00ff"));
        byte[] plain = new byte[2_000_000];
        int length = inflater.inflate(plain);
        inflater.end();
        return text(Arrays.copyOf(plain, length));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCompressWhereBothWant(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "compression: true", "");
                RawWebSocket client = new RawWebSocket(server, COMPRESSION)) {
            assertThat(client.head())
                    .contains(
                            "\r\nSec-WebSocket-Extensions: permessage-deflate;"
                                    + " server_no_context_takeover; client_no_context_takeover\r\n");
            RawWebSocket.Frame info = client.frame();
            assertThat(info.first()).isEqualTo(FIN | RSV1 | BINARY);
            assertThat(inflated(info.payload())).startsWith("INFO {").endsWith("} \r\n");
            client.sendDeflated(RawWebSocket.QUIET + "SUB a 1\r\n");
            // So little isn't worth it.
            client.sendDeflated("PUB a 1\r\nx\r\n");
            client.expect("MSG a 1 1\r\nx\r\n");
            String payload = "x".repeat(100_000);
            for (int i = 0; i < 3; i++) {
                client.sendDeflated("PUB a 100000\r\n" + payload + "\r\n");
                StringBuilder got = new StringBuilder();
                while (got.length() < payload.length() + 18) {
                    RawWebSocket.Frame frame = client.frame();
                    assertThat(frame.first()).isEqualTo(FIN | RSV1 | BINARY);
                    assertThat(frame.payload().length()).isLessThan(1000);
                    got.append(inflated(frame.payload()));
                }
                assertThat(got.toString()).isEqualTo("MSG a 1 100000\r\n" + payload + "\r\n");
            }
            // Who may compress needn't, and may do it in several frames.
            client.send("PUB a 1\r\nz\r\n");
            client.expect("MSG a 1 1\r\nz\r\n");
            byte[] message = RawWebSocket.deflated(bytes("PUB a 3\r\nzzz\r\n"));
            client.sendRaw(frame(RSV1 | BINARY, Arrays.copyOf(message, 3)));
            client.send(FIN | PING, "");
            assertThat(client.frame().first()).isEqualTo(FIN | PONG);
            client.sendRaw(frame(0, Arrays.copyOfRange(message, 3, message.length)));
            client.send(FIN, "");
            client.expect("MSG a 1 3\r\nzzz\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotCompressWhereOneDoesNotWant(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawWebSocket client = new RawWebSocket(server, COMPRESSION)) {
            assertThat(client.head()).doesNotContain("Extensions");
            assertThat(client.frame().first()).isEqualTo(FIN | BINARY);
        }
        try (NatsServer server = start(mode, "compression: true", "");
                RawWebSocket client = new RawWebSocket(server)) {
            assertThat(client.head()).doesNotContain("Extensions");
            assertThat(client.frame().first()).isEqualTo(FIN | BINARY);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendBrowsersSmallCompressedFramesButSafariWholeOnes(Mode mode) throws Exception {
        String random = random(20_000);
        String publish = "SUB a 1\r\nPUB a 20000\r\n" + random + "\r\n";
        try (NatsServer server = start(mode, "compression: true", "");
                RawWebSocket chrome =
                        new RawWebSocket(
                                server,
                                COMPRESSION,
                                "User-Agent: Mozilla/5.0 Chrome/1 Safari/1\r\n");
                RawWebSocket safari =
                        new RawWebSocket(
                                server,
                                COMPRESSION,
                                "User-Agent: Mozilla/5.0 Version/1 Safari/1\r\n")) {
            for (RawWebSocket client : new RawWebSocket[] {chrome, safari}) {
                assertThat(inflated(client.frame().payload())).startsWith("INFO");
                client.send(RawWebSocket.QUIET + publish);
            }
            RawWebSocket.Frame whole = safari.frame();
            assertThat(whole.first()).isEqualTo(FIN | RSV1 | BINARY);
            assertThat(inflated(whole.payload())).contains(random);
            StringBuilder message = new StringBuilder();
            RawWebSocket.Frame frame = chrome.frame();
            assertThat(frame.first()).isEqualTo(RSV1 | BINARY);
            while (frame.first() < FIN) {
                assertThat(frame.payload()).hasSize(4096);
                message.append(frame.payload());
                frame = chrome.frame();
            }
            assertThat(frame.first()).isEqualTo(FIN);
            assertThat(inflated(message + frame.payload())).contains(random);
        }
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }

    // --- who is let in

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeCookiesForWhatConnectDoesNotSay(Mode mode) throws Exception {
        String users =
                "authorization { users [{user: joe, password: pw}, {user: ann, password: pw}] }";
        try (NatsServer server = start(mode, "user_cookie: u, pass_cookie: p", users)) {
            try (RawWebSocket client =
                    RawWebSocket.connected(server, "Cookie: a=b; u=joe; p=\"pw\"\r\n")) {
                assertThat(InProcessIT.get(server, "/connz?auth=1"))
                        .contains("\"authorized_user\":\"joe\"", "\"type\":\"websocket\"");
                client.fence();
            }
            try (RawWebSocket client =
                    new RawWebSocket(server, "Cookie: u=joe\r\n", "Cookie: p=pw\r\n")) {
                assertThat(client.line()).contains("\"auth_required\":true");
                client.send("CONNECT {\"verbose\":false,\"user\":\"ann\"}\r\n");
                client.fence();
                assertThat(InProcessIT.get(server, "/connz?auth=1"))
                        .contains("\"authorized_user\":\"ann\"");
            }
            try (RawWebSocket client = new RawWebSocket(server, "Cookie: u=joe; p=no\r\n")) {
                assertThat(client.line()).startsWith("INFO");
                client.send("CONNECT {}\r\n");
                client.expect("-ERR 'Authorization Violation'\r\n");
                client.expectClose(1008, "Authentication Failure");
            }
        }
        try (NatsServer server =
                start(mode, "token_cookie: t, authorization: {token: s3cret}", "")) {
            RawWebSocket.connected(server, "Cookie: t=s3cret\r\n").close();
            assertThat(log.all()).noneMatch(line -> line.contains("s3cret"));
        }
    }

    /** Before CONNECT, nothing else is kept for a client. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldChargeClientsForTheirCookies(Mode mode) throws Exception {
        int bytes = 7_000;
        try (NatsServer server = start(mode, "user_cookie: u", "");
                RawWebSocket without = new RawWebSocket(server);
                RawWebSocket with =
                        new RawWebSocket(server, "Cookie: u=" + "x".repeat(bytes) + "\r\n")) {
            assertThat(without.line()).startsWith("INFO");
            assertThat(with.line()).startsWith("INFO");
            String slowz = InProcessIT.get(server, "/slowz");
            assertThat(heapBytes(slowz, 2)).isEqualTo(heapBytes(slowz, 1) + bytes);
        }
    }

    private static int heapBytes(String slowz, int cid) {
        Matcher found =
                Pattern.compile("\"cid\":" + cid + ",[^}]*\"heap_bytes\":(\\d+)").matcher(slowz);
        assertThat(found.find()).as(slowz).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHaveALoginOfItsOwn(Mode mode) throws Exception {
        String login = "authorization { user: web, pass: w }";
        try (NatsServer server = start(mode, login, "authorization { user: plain, pass: p }");
                RawWebSocket web = new RawWebSocket(server);
                RawWebSocket other = new RawWebSocket(server);
                RawClient plain = new RawClient(server)) {
            assertThat(web.line()).contains("\"auth_required\":true");
            web.send("CONNECT {\"user\":\"web\",\"pass\":\"w\",\"verbose\":false}\r\n");
            web.fence();
            assertThat(other.line()).startsWith("INFO");
            other.send("CONNECT {\"user\":\"plain\",\"pass\":\"p\"}\r\n");
            other.expect("-ERR 'Authorization Violation'\r\n");
            other.expectClose(1008, "Authentication Failure");
            plain.send("CONNECT {\"user\":\"plain\",\"pass\":\"p\",\"verbose\":false}\r\n");
            plain.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskOnlyWebSocketClientsForALogin(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "authorization { token: t, timeout: 0.2 }", "");
                RawWebSocket web = new RawWebSocket(server);
                RawClient plain = RawClient.connected(server)) {
            assertThat(web.line()).contains("\"auth_required\":true");
            assertThat(plain.info()).doesNotContain("auth_required");
            web.expect("-ERR 'Authentication Timeout'\r\n");
            web.expectClose(1008, "Authentication Timeout");
        }
    }

    /** The way for those who say nothing is that of all others, the type of connection included. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetInWhoSaysNothingAsItsOwnUser(Mode mode) throws Exception {
        String users =
                "authorization { users [{user: anon, password: x, permissions {publish: ok}},"
                        + " {user: std, password: x, allowed_connection_types: [STANDARD]}] }";
        try (NatsServer server = start(mode, "no_auth_user: anon", users);
                RawWebSocket client = new RawWebSocket(server)) {
            assertThat(client.line()).startsWith("INFO");
            client.send("PUB ok 0\r\n\r\nPUB no 0\r\n\r\n");
            client.expect("+OK\r\n-ERR 'Permissions Violation for Publish to \"no\"'\r\n");
        }
        try (NatsServer server = start(mode, "no_auth_user: std", users);
                RawWebSocket client = new RawWebSocket(server);
                RawWebSocket other = new RawWebSocket(server)) {
            assertThat(client.line()).startsWith("INFO");
            client.send("CONNECT {}\r\n");
            client.expect("-ERR 'Authorization Violation'\r\n");
            client.expectClose(1008, "Authentication Failure");
            assertThat(other.line()).startsWith("INFO");
            other.send("PUB ok 0\r\n\r\n");
            other.expect("-ERR 'Authorization Violation'\r\n");
            other.expectClose(1008, "Authentication Failure");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepUsersToTheirTypesOfConnections(Mode mode) throws Exception {
        String users =
                "authorization { users [{user: web, password: x,"
                        + " allowed_connection_types: [WEBSOCKET]},"
                        + " {user: std, password: x, allowed_connection_types: [STANDARD]}] }";
        String web = "CONNECT {\"user\":\"web\",\"pass\":\"x\",\"verbose\":false}\r\n";
        try (NatsServer server = start(mode, "", users);
                RawWebSocket client = new RawWebSocket(server);
                RawWebSocket other = new RawWebSocket(server);
                RawClient plain = new RawClient(server)) {
            assertThat(client.line()).startsWith("INFO");
            client.send(web);
            client.fence();
            assertThat(other.line()).startsWith("INFO");
            other.send(web.replace("web", "std"));
            other.expect("-ERR 'Authorization Violation'\r\n");
            plain.send(web);
            plain.expect("-ERR 'Authorization Violation'\r\n");
        }
    }

    // --- how it ends

    private void shouldBreakOff(NatsServer server, byte[] sent, String why) throws IOException {
        try (RawWebSocket client = RawWebSocket.connected(server)) {
            client.sendRaw(sent);
            client.expectClose(1002, why);
            log.await("[ERR] 127.0.0.1:", " - read error: " + why);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBreakOffWhereTheRulesOfFramesAreBroken(Mode mode) throws Exception {
        byte[] empty = {};
        try (NatsServer server = start(mode);
                RawClient bystander = RawClient.connected(server)) {
            String reserved = "RSV2 and RSV3 must be clear";
            shouldBreakOff(server, frame(FIN | 0x20 | BINARY, empty), reserved);
            shouldBreakOff(server, frame(FIN | 0x10 | BINARY, empty), reserved);
            shouldBreakOff(
                    server,
                    frame(FIN | RSV1 | BINARY, empty),
                    "compressed frame received without negotiated permessage-deflate");
            shouldBreakOff(server, frame(FIN | BINARY, empty, false), "mask bit missing");
            shouldBreakOff(
                    server,
                    frame(FIN | PING, new byte[126]),
                    "control frame length bigger than maximum allowed of 125 bytes");
            shouldBreakOff(server, frame(PING, empty), "control frame does not have final bit set");
            shouldBreakOff(server, frame(FIN | 3, empty), "unknown opcode 3");
            shouldBreakOff(server, frame(FIN | 11, empty), "unknown opcode 11");
            shouldBreakOff(server, frame(FIN, empty), "invalid continuation frame");
            byte[] twice = new byte[12];
            System.arraycopy(frame(BINARY, empty), 0, twice, 0, 6);
            System.arraycopy(frame(FIN | BINARY, empty), 0, twice, 6, 6);
            shouldBreakOff(
                    server,
                    twice,
                    "new message started before final frame for previous message was received");
            byte[] endless = {
                (byte) (FIN | BINARY), (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0
            };
            shouldBreakOff(server, endless, "invalid 64-bit payload length");
            shouldBreakOff(
                    server,
                    frame(FIN | CLOSE, new byte[1]),
                    "close frame payload cannot be 1 byte");
            for (int status : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000}) {
                byte[] said = {(byte) (status >> 8), (byte) status};
                shouldBreakOff(
                        server, frame(FIN | CLOSE, said), "invalid close status code " + status);
            }
            assertThat(InProcessIT.get(server, "/connz?state=closed"))
                    .contains("\"reason\":\"ReadError\"");
            bystander.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeLeaveOfWhoLeaves(Mode mode) throws Exception {
        String cut = "\u0003\u00e8" + "\u00c3";
        try (NatsServer server = start(mode)) {
            for (String said :
                    new String[] {"", "\u0003\u00e8", "\u0003\u00e9bye", "\u000b\u00b8x"}) {
                try (RawWebSocket client = RawWebSocket.connected(server)) {
                    client.send("SUB a 1\r\nPUB a 1\r\nx\r\n");
                    client.send(FIN | CLOSE, said);
                    client.send("PUB a 1\r\ny\r\n");
                    client.expect("MSG a 1 1\r\nx\r\n");
                    assertThat(client.frame()).isEqualTo(new RawWebSocket.Frame(FIN | CLOSE, said));
                    client.expectClosed();
                }
            }
            try (RawWebSocket client = RawWebSocket.connected(server)) {
                client.send(FIN | CLOSE, cut);
                client.expectClose(1007, "invalid utf8 body in close frame");
            }
            Modes.await("all have gone", () -> server.clientCount() == 0);
            assertThat(InProcessIT.get(server, "/connz?state=closed"))
                    .contains("\"reason\":\"ClientClosed\"")
                    .doesNotContain("\"reason\":\"ReadError\"");
        }
    }

    private static void shouldEnd(
            NatsServer server, String sent, String error, int status, String why)
            throws IOException {
        try (RawWebSocket client = RawWebSocket.connected(server)) {
            client.send(sent);
            client.expect(error);
            client.expectClose(status, why);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhyItEnds(Mode mode) throws Exception {
        NatsServer server = start(mode, "", "max_connections: 3");
        try (server) {
            shouldEnd(
                    server,
                    "FOO\r\n",
                    "-ERR 'Unknown Protocol Operation'\r\n",
                    1002,
                    "Protocol Violation");
            shouldEnd(
                    server,
                    "PUB a 2000000\r\n",
                    "-ERR 'Maximum Payload Violation'\r\n",
                    1009,
                    "Maximum Message Payload Exceeded");
            shouldEnd(
                    server,
                    "PUB " + "a".repeat(5000),
                    "-ERR 'maximum control line exceeded'\r\n",
                    1008,
                    "Maximum Control Line Exceeded");
            try (RawWebSocket first = RawWebSocket.connected(server);
                    RawWebSocket second = RawWebSocket.connected(server);
                    RawClient third = RawClient.connected(server);
                    RawWebSocket fourth = new RawWebSocket(server)) {
                assertThat(fourth.line()).startsWith("INFO");
                fourth.expect("-ERR 'maximum connections exceeded'\r\n");
                fourth.expectClose(1008, "Maximum Connections Exceeded");
                third.fence();
                second.fence();
                server.close();
                first.expectClose(1001, "Server Shutdown");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskForASignOfLifeAsOftenAsItIsTold(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "ping_interval: '50ms'", "ping_max: 1");
                RawWebSocket client = new RawWebSocket(server)) {
            assertThat(client.line()).startsWith("INFO {");
            client.heedQuestions();
            client.send(RawWebSocket.QUIET);
            client.expect("PING\r\n-ERR 'Stale Connection'\r\n");
            client.expectClose(1001, "Stale Connection");
        }
    }

    // --- what is shown

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowItsOptionsAndItsClients(Mode mode) throws Exception {
        String keys =
                "same_origin: true, allowed_origins: ['http://a'], compression: true"
                        + ", advertise: 'ws.example:443', handshake_timeout: '3s'";
        try (NatsServer server = start(mode, keys, "");
                RawWebSocket client = RawWebSocket.connected(server)) {
            assertThat(InProcessIT.get(server, "/varz"))
                    .contains(
                            "\"websocket\":{\"host\":\"127.0.0.1\",\"port\":"
                                    + RawWebSocket.port(server)
                                    + ",\"advertise\":\"ws.example:443\""
                                    + ",\"handshake_timeout\":3000000000,\"no_tls\":true"
                                    + ",\"same_origin\":true,\"allowed_origins\":[\"http://a\"]"
                                    + ",\"compression\":true}");
            assertThat(InProcessIT.get(server, "/connz"))
                    .contains("\"kind\":\"Client\",\"type\":\"websocket\",\"ip\":\"127.0.0.1\"");
            assertThat(InProcessIT.get(server, "/healthz")).contains("\"status\":\"ok\"");
            client.fence();
        }
        try (NatsServer server = Modes.start(mode, options -> options.httpPort(-1))) {
            assertThat(InProcessIT.get(server, "/varz")).contains("\"websocket\":{}");
        }
    }
}
