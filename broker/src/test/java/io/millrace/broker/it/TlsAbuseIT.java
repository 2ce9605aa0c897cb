package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;

/** What isn't TLS, what never gets done with it, and what comes too often or doesn't read. */
@Tag("thorough")
class TlsAbuseIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String TLS_REQUIRED = "-ERR 'Secure Connection - TLS Required'\r\n";
    private static final String THROTTLED =
            "-ERR 'Connection throttling is active. Please try again later.'\r\n";
    private static final int PAYLOAD = 100_000;
    private static final String FLOOD =
            "PUB flood " + PAYLOAD + "\r\n" + "x".repeat(PAYLOAD) + "\r\n";

    @TempDir Path folder;
    private TlsFiles files;

    @BeforeEach
    void issue() throws Exception {
        files = new TlsFiles(folder);
    }

    private NatsServer shortOfTime(Mode mode, LogLines log) throws IOException {
        return Modes.start(mode, log, files.tls(tls -> tls.timeout(SHORT)));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellPlainTextThatTlsIsRequired(Mode mode) throws Exception {
        for (String text :
                List.of("CONNECT {}\r\nPING\r\n", "GET / HTTP/1.1\r\n\r\n", "\u0000\u00ff")) {
            LogLines log = new LogLines();
            try (NatsServer server = Modes.start(mode, log, files.tls());
                    RawClient bystander = RawClient.connected(server, files.ca.client());
                    RawClient client = new RawClient(server)) {
                client.send(text);
                client.expect(TLS_REQUIRED);
                client.expectClosed();
                log.await(
                        "[DBG]",
                        "cid:2 - TLS handshake error: first record does not look like a TLS"
                                + " handshake");
                log.await("cid:2 - Client connection closed: TLS Handshake Failure");
                bystander.fence();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellClientsThatSayNothingThatTlsIsRequired(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = shortOfTime(mode, log);
                RawClient client = new RawClient(server)) {
            client.expect(TLS_REQUIRED);
            client.expectClosed();
            log.await("[DBG]", "cid:1 - TLS handshake error: i/o timeout");
            log.await("cid:1 - Client connection closed: TLS Handshake Failure");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseHandshakesThatNeverEnd(Mode mode) throws Exception {
        // a record of 512 bytes, of which one comes, or six
        for (String text : List.of("\u0016", "\u0016\u0003\u0001\u0002\u0000\u0001")) {
            LogLines log = new LogLines();
            try (NatsServer server = shortOfTime(mode, log);
                    RawClient client = new RawClient(server)) {
                client.send(text);
                client.readToEnd();
                log.await("[DBG]", "cid:1 - TLS handshake error: i/o timeout");
                log.await("cid:1 - Client connection closed: TLS Handshake Failure");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseOnGarbageThatLooksLikeTls(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, files.tls());
                RawClient bystander = RawClient.connected(server, files.ca.client());
                RawClient client = new RawClient(server)) {
            client.send("\u0016\u0003\u0001\u0000\u0005" + "garbage".repeat(100));
            client.readToEnd();
            log.await("cid:2 - TLS handshake error: ");
            log.await("cid:2 - Client connection closed: TLS Handshake Failure");
            bystander.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoLeavesInTheMiddle(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, files.tls())) {
            try (RawClient client = new RawClient(server)) {
                client.send("\u0016\u0003\u0001\u0002\u0000\u0001");
            }
            log.await("[ERR]", "cid:1 - TLS handshake error: EOF");
            log.await("cid:1 - Client connection closed: TLS Handshake Failure");
            Modes.await("it is gone", () -> server.clientCount() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseConnectionsWhoseRecordsAreForged(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, files.tls());
                RawClient client = new RawClient(server)) {
            Socket plain = client.socket();
            client.secure(files.ca.client());
            client.send("CONNECT {\"verbose\":false}\r\n");
            client.fence();
            plain.getOutputStream()
                    .write(new byte[] {0x17, 3, 3, 0, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
            plain.getOutputStream().write(new byte[22]);
            log.await("cid:1 - Client connection closed: Read Error");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldThrottleAFloodOfHandshakes(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                Modes.start(mode, log, files.tls(tls -> tls.connectionRateLimit(3)))) {
            List<RawClient> flood = new ArrayList<>();
            try {
                int throttled = 0;
                while (throttled == 0) {
                    for (int i = 0; i < 10; i++) {
                        flood.add(new RawClient(server));
                    }
                    for (RawClient client : flood.subList(3, flood.size())) {
                        throttled += isThrottled(client) ? 1 : 0;
                    }
                }
                log.await("Client connection closed: Maximum Connections Exceeded");
                log.await("[WRN] Rejected ", " connections due to TLS rate limiting");
            } finally {
                for (RawClient client : flood) {
                    client.close();
                }
            }
            Modes.await("they let others in again", () -> canConnect(server));
        }
    }

    private static boolean isThrottled(RawClient client) throws IOException {
        client.socket().setSoTimeout(100);
        try {
            return client.line().equals(THROTTLED);
        } catch (java.net.SocketTimeoutException e) {
            return false;
        }
    }

    private boolean canConnect(NatsServer server) {
        try (RawClient client = RawClient.connected(server, files.ca.client())) {
            client.fence();
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountConnectionsInTheirHandshake(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode, files.tls().andThen(options -> options.maxConnections(1)));
                RawClient first = new RawClient(server);
                RawClient second = new RawClient(server)) {
            second.expect("-ERR 'maximum connections exceeded'\r\n");
            second.expectClosed();
            first.secure(files.ca.client());
            first.send("CONNECT {\"verbose\":false}\r\n");
            first.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseSlowConsumersBeforeTheyFillTheMemory(Mode mode) throws Exception {
        LogLines log = new LogLines();
        SSLContext context = files.ca.client();
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                files.tls().andThen(options -> options.maxPending(4_000_000)));
                RawClient slow = RawClient.connected(server, context);
                RawClient publisher = RawClient.connected(server, context)) {
            slow.send("SUB flood 1\r\n");
            slow.fence();
            long before = networkBytes();
            long most = 0;
            for (int i = 0; i < 400; i++) {
                publisher.send(FLOOD);
                most = Math.max(most, networkBytes());
            }
            publisher.fence();
            log.await(" - cid:1 - ", "Slow Consumer Detected: MaxPending of 4000000 Exceeded");
            log.await("cid:1 - ", "Client connection closed: Slow Consumer (Pending Bytes)");
            assertThat(server.slowConsumers()).isEqualTo(1);
            // What is encrypted and not sent is a part of one batch, not all that was published.
            assertThat(most - before).isLessThan(16L * 1024 * 1024);
            Modes.await("it is gone", () -> server.clientCount() == 1);
        }
    }

    /** What the network stack holds: reads, records, ciphertext on its way. */
    private static long networkBytes() {
        return ((AdaptiveByteBufAllocator) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseConsumersThatMissTheWriteDeadline(Mode mode) throws Exception {
        LogLines log = new LogLines();
        SSLContext context = files.ca.client();
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                files.tls()
                                        .andThen(
                                                options ->
                                                        options.writeDeadline(
                                                                Duration.ofMillis(200))));
                RawClient slow = RawClient.connected(server, context);
                RawClient publisher = RawClient.connected(server, context)) {
            slow.send("SUB flood 1\r\n");
            slow.fence();
            for (int i = 0; i < 200; i++) {
                publisher.send(FLOOD);
            }
            log.await("cid:1", "Slow Consumer Detected: WriteDeadline of 200ms exceeded");
            log.await("cid:1", "Client connection closed: Slow Consumer (Write Deadline)");
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotLetUnfinishedHandshakesKeepTheServerFromClosing(Mode mode) throws Exception {
        NatsServer server = Modes.start(mode, files.tls());
        try (RawClient silent = new RawClient(server);
                RawClient half = new RawClient(server)) {
            half.send("\u0016\u0003\u0001\u0002\u0000\u0001");
            server.close();
            silent.expectClosed();
            half.readToEnd();
        }
    }
}
