package io.millrace.broker.it;

import static io.millrace.broker.it.RouteTlsFiles.address;
import static io.millrace.broker.it.RouteTlsFiles.cluster;
import static io.millrace.broker.it.RouteTlsFiles.plainCluster;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.tls.TlsOptions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What isn't TLS on a route, and what never gets done with it. */
@SuppressWarnings("try") // a member needn't do anything but dial
class RouteTlsAbuseIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String ERROR = "rid:1 - TLS route handshake error: ";
    private static final String CLOSED = "rid:1 - Router connection closed: TLS Handshake Failure";
    private static final String NOT_TLS = "first record does not look like a TLS handshake";

    @TempDir Path folder;
    private TlsOptions.Builder tls;
    private RouteTlsFiles files;
    private final LogLines log = new LogLines();

    @BeforeEach
    void issue() throws Exception {
        files = new RouteTlsFiles(folder);
        tls = files.member();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void readToEnd(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // an alert, at most
            }
        } catch (SocketException e) {
            // reset: closed, too
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoeverSpeaksInTheClear(Mode mode) throws Exception {
        for (String text :
                List.of(
                        "CONNECT {\"name\":\"x\",\"cluster\":\"C1\"}\r\nPING\r\n",
                        "GET / HTTP/1.1\r\n\r\n",
                        "\u0000\u00ff\u0000\u00ff\u0000\u00ff")) {
            LogLines lines = new LogLines();
            try (NatsServer server = Modes.start(mode, lines, cluster(tls));
                    Socket peer = RawClient.open(server.clusterPort())) {
                send(peer, text);
                readToEnd(peer);
                lines.await("[ERR]", ERROR + NOT_TLS);
                lines.await("[INF]", CLOSED);
                try (RawClient bystander = RawClient.connected(server)) {
                    bystander.fence();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoeverSaysNothingOrHalfOfIt(Mode mode) throws Exception {
        // nothing; and a record of 512 bytes, of which one comes, or six
        for (String text : List.of("", "\u0016", "\u0016\u0003\u0001\u0002\u0000\u0001")) {
            LogLines lines = new LogLines();
            try (NatsServer server = Modes.start(mode, lines, cluster(tls.timeout(SHORT)));
                    Socket peer = RawClient.open(server.clusterPort())) {
                send(peer, text);
                readToEnd(peer);
                lines.await("[ERR]", ERROR + "i/o timeout");
                lines.await("[INF]", CLOSED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseServersThatAreDialedAndSayNothing(Mode mode) throws Exception {
        try (ServerSocket silent = RawClient.listen();
                NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                cluster(
                                        tls.timeout(SHORT),
                                        "nats-route://127.0.0.1:" + silent.getLocalPort()))) {
            log.await("[ERR]", ERROR + "i/o timeout");
            log.await("[INF]", CLOSED);
            log.await("rid:3 - Starting TLS route client handshake");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseOnGarbageThatLooksLikeTls(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, cluster(tls));
                Socket peer = RawClient.open(server.clusterPort())) {
            send(peer, "\u0016\u0003\u0001\u0000\u0005" + "garbage".repeat(100));
            readToEnd(peer);
            log.await("[ERR]", ERROR);
            log.await("[INF]", CLOSED);
        }
    }

    /** A hello that goes on and on: nobody needs as much, and no time is given to send it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseOnAHandshakeThatIsTooLong(Mode mode) throws Exception {
        // A hello that says it has 16 MB, in records of 16 KiB.
        String begin =
                "\u0016\u0003\u0001\u0040\u0000\u0001\u00ff\u00ff\u00ff" + "x".repeat(16_380);
        String more = "\u0016\u0003\u0001\u0040\u0000" + "x".repeat(16_384);
        try (NatsServer server = Modes.start(mode, log, cluster(tls.timeout(Duration.ofHours(1))));
                Socket peer = RawClient.open(server.clusterPort())) {
            try {
                send(peer, begin);
                for (int i = 0; i < 1000; i++) {
                    send(peer, more);
                }
            } catch (SocketException e) {
                // It was closed before it had all.
            }
            readToEnd(peer);
            log.await("[ERR]", ERROR);
            log.await("[INF]", CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoLeavesInTheMiddle(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, cluster(tls))) {
            try (Socket peer = RawClient.open(server.clusterPort())) {
                send(peer, "\u0016\u0003\u0001\u0002\u0000\u0001");
            }
            log.await("[ERR]", ERROR + "EOF");
            log.await("[INF]", CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotBeMixedWithServersInTheClear(Mode mode) throws Exception {
        LogLines plain = new LogLines();
        try (NatsServer a = Modes.start(mode, log, cluster(tls));
                NatsServer b = Modes.start(mode, plain, plainCluster(address(a)))) {
            log.await("[ERR]", ERROR + NOT_TLS);
            plain.await("rid:1 - Router connection closed: ");
            plain.await("Attempting reconnect for solicited route");
        }
        LogLines secure = new LogLines();
        try (NatsServer a = Modes.start(mode, plainCluster());
                NatsServer b = Modes.start(mode, secure, cluster(files.member(), address(a)))) {
            secure.await("[ERR]", ERROR + NOT_TLS);
            secure.await(CLOSED);
            secure.await("rid:3 - Starting TLS route client handshake");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotLetUnfinishedHandshakesKeepTheServerFromClosing(Mode mode) throws Exception {
        NatsServer server = Modes.start(mode, log, cluster(tls.timeout(Duration.ofHours(1))));
        try (Socket silent = RawClient.open(server.clusterPort());
                Socket half = RawClient.open(server.clusterPort())) {
            send(half, "\u0016\u0003\u0001\u0002\u0000\u0001");
            log.await("rid:2 - Starting TLS route server handshake");
            server.close();
            readToEnd(silent);
            readToEnd(half);
            log.await("rid:1 - Router connection closed: Server Shutdown");
        }
    }
}
