package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.tls.CertificateFiles;
import io.millrace.broker.tls.TestCa;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Clients over TLS: real ones, and byte by byte. */
class TlsIT {
    private static final String TLS_1_2_SUITE = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";

    @TempDir Path folder;
    private TlsFiles files;

    @BeforeEach
    void issue() throws Exception {
        files = new TlsFiles(folder);
    }

    private static Options.Builder options(NatsServer server, SSLContext context) {
        return Options.builder()
                .server("tls://localhost:" + server.port())
                .sslContext(context)
                .maxReconnects(0)
                .connectionTimeout(JavaClients.LONG);
    }

    private static void shouldPassMessages(Options options) throws Exception {
        Connection nats = Nats.connect(options);
        try {
            Subscription subscription = nats.subscribe("greet.*");
            for (int size : new int[] {0, 1, 1000, 100_000, 1024 * 1024}) {
                byte[] payload = "x".repeat(size).getBytes(StandardCharsets.US_ASCII);
                nats.publish("greet.joe", payload);
                assertThat(subscription.nextMessage(JavaClients.LONG).getData()).isEqualTo(payload);
            }
        } finally {
            nats.close();
        }
    }

    /** In TLS 1.3 a client learns of it behind its own handshake, and jnats waits for more. */
    private static void shouldFail(Options.Builder options) {
        Options impatient = options.connectionTimeout(Duration.ofSeconds(1)).build();
        assertThatThrownBy(() -> Nats.connect(impatient).close()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassMessagesOfEverySize(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, files.tls())) {
            log.await("[INF] TLS required for client connections");
            shouldPassMessages(options(server, files.ca.client()).build());
            log.await("[DBG]", "cid:1 - Starting TLS client connection handshake");
            log.await("[DBG]", "cid:1 - TLS handshake complete");
            log.await("[DBG]", "cid:1 - TLS version 1.3, cipher suite TLS_AES_");
        }
    }

    /** Many small messages, cut into records at any place, arrive whole and in order. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassAStreamWhole(Mode mode) throws Exception {
        int messages = 50_000;
        try (NatsServer server = Modes.start(mode, files.tls());
                RawClient subscriber = RawClient.connected(server, files.ca.client());
                RawClient publisher = RawClient.connected(server, files.ca.client())) {
            subscriber.send("SUB n 1\r\n");
            subscriber.fence();
            Thread producing =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        StringBuilder all = new StringBuilder();
                                        for (int i = 100_000; i < 100_000 + messages; i++) {
                                            all.append("PUB n 6\r\n").append(i).append("\r\n");
                                        }
                                        try {
                                            publisher.send(all.toString());
                                        } catch (IOException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            for (int i = 100_000; i < 100_000 + messages; i++) {
                assertThat(subscriber.lineAfterPing()).isEqualTo("MSG n 1 6\r\n");
                subscriber.expect(i + "\r\n");
            }
            assertThat(producing.join(Duration.ofSeconds(60))).isTrue();
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDemandACertificateOfClientsToVerify(Mode mode) throws Exception {
        LogLines log = new LogLines();
        TestCa.Issued derek = files.ca.issue("CN=derek", "EC");
        TestCa.Issued stranger = new TestCa().issue("CN=derek", "EC");
        try (NatsServer server = Modes.start(mode, log, files.tls(tls -> tls.verify(true)))) {
            try (RawClient client = new RawClient(server)) {
                assertThat(client.info()).contains("\"tls_required\":true,\"tls_verify\":true,");
            }
            shouldFail(options(server, files.ca.client()));
            log.await("[ERR]", "TLS handshake error: ");
            log.await("Client connection closed: TLS Handshake Failure");
            shouldFail(options(server, files.ca.client(stranger)));
            shouldPassMessages(options(server, files.ca.client(derek)).build());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakePinnedCertificatesOnly(Mode mode) throws Exception {
        LogLines log = new LogLines();
        TestCa.Issued pinned = files.ca.issue("CN=a", "EC");
        TestCa.Issued other = files.ca.issue("CN=b", "EC");
        Set<String> pins = Set.of(TlsSession.publicKeySha256(pinned.certificate()));
        try (NatsServer server =
                Modes.start(mode, log, files.tls(tls -> tls.verify(true).pinnedCerts(pins)))) {
            shouldPassMessages(options(server, files.ca.client(pinned)).build());
            shouldFail(options(server, files.ca.client(other)));
            log.await("[ERR]", "TLS handshake error: certificate not pinned");
            log.await("Client connection closed: TLS Handshake Failure");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldExpectTheHandshakeBeforeInfo(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                Modes.start(
                        mode,
                        log,
                        files.tls(
                                tls ->
                                        tls.handshakeFirst(true, Duration.ZERO)
                                                .timeout(Duration.ofMinutes(1))))) {
            log.await("[WRN] Clients that are not using \"TLS Handshake First\" option");
            shouldPassMessages(options(server, files.ca.client()).tlsFirst().build());
            shouldFail(options(server, files.ca.client()));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendInfoWhenNoHandshakeComesFirst(Mode mode) throws Exception {
        try (NatsServer patient = waiting(mode, Duration.ofMinutes(1))) {
            shouldPassMessages(options(patient, files.ca.client()).tlsFirst().build());
        }
        try (NatsServer hasty = waiting(mode, Duration.ofMillis(200))) {
            shouldPassMessages(options(hasty, files.ca.client()).build());
        }
    }

    /** A server that waits for a handshake for so long. */
    private NatsServer waiting(Mode mode, Duration fallback) throws IOException {
        return Modes.start(mode, files.tls(tls -> tls.handshakeFirst(true, fallback)));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeBothKindsOfClientsWhenAllowed(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                Modes.start(
                        mode,
                        log,
                        files.tls(tls -> tls.timeout(Duration.ofMinutes(1)))
                                .andThen(options -> options.allowNonTls(true)))) {
            log.await("[INF] TLS available for client connections");
            try (RawClient plain = RawClient.connected(server)) {
                assertThat(plain.info())
                        .contains("\"tls_available\":true")
                        .doesNotContain("tls_required");
                plain.send("SUB a 1\r\nPUB a 2\r\nhi\r\n");
                plain.expect("MSG a 1 2\r\nhi\r\n");
                shouldPassMessages(options(server, files.ca.client()).build());
            }
        }
    }

    /** It says nothing for longer than a handshake may take, which decides for plain text. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeClientsForPlainThatSayNothingForLong(Mode mode) throws Exception {
        Duration timeout = Duration.ofMillis(300);
        try (NatsServer server =
                        Modes.start(
                                mode,
                                files.tls(tls -> tls.timeout(timeout))
                                        .andThen(options -> options.allowNonTls(true)));
                RawClient patient = new RawClient(server)) {
            Modes.await("the timeout is over", new Elapsed(timeout.multipliedBy(2)));
            patient.send("CONNECT {\"verbose\":false}\r\n");
            patient.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeAllThreeKindsOfClients(Mode mode) throws Exception {
        try (NatsServer server =
                Modes.start(
                        mode,
                        files.tls(tls -> tls.handshakeFirst(true, Duration.ofMillis(500)))
                                .andThen(options -> options.allowNonTls(true)))) {
            try (RawClient first = shakingHandsFirst(server);
                    RawClient plain = RawClient.connected(server);
                    RawClient later = RawClient.connected(server, files.ca.client())) {
                assertThat(first.info()).contains("\"tls_required\":true,\"tls_available\":true");
                assertThat(plain.info()).doesNotContain("tls_required");
                assertThat(later.info()).doesNotContain("tls_required");
                first.send("CONNECT {\"verbose\":false}\r\n");
                first.fence();
            }
        }
    }

    /** A machine that stalls may need several attempts to be in time. */
    private RawClient shakingHandsFirst(NatsServer server) throws Exception {
        for (int i = 0; i < 50; i++) {
            Socket socket = RawClient.open(server.port());
            try {
                return new RawClient(RawClient.secure(socket, files.ca.client(), "localhost"));
            } catch (SSLException e) {
                // It was told INFO already.
                socket.close();
            }
        }
        throw new AssertionError("no handshake comes first");
    }

    private X509Certificate shown(NatsServer server, String name) throws Exception {
        try (RawClient client = new RawClient(server);
                SSLSocket socket = RawClient.secure(client.socket(), files.ca.client(), name)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowTheCertificateOfTheNameThatIsAskedFor(Mode mode) throws Exception {
        TestCa.Issued one = issued("one.example");
        TestCa.Issued two = issued("*.two.example");
        List<CertificateFiles> both = List.of(written(one, "1"), written(two, "2"));
        try (NatsServer server = Modes.start(mode, files.tls(tls -> tls.certificates(both)))) {
            assertThat(shown(server, "one.example")).isEqualTo(one.certificate());
            assertThat(shown(server, "a.two.example")).isEqualTo(two.certificate());
            assertThatThrownBy(() -> shown(server, "b.a.two.example"))
                    .isInstanceOf(IOException.class);
        }
    }

    private TestCa.Issued issued(String name) throws Exception {
        return files.ca.issue("CN=x", "EC", new GeneralName(GeneralName.dNSName, name));
    }

    private CertificateFiles written(TestCa.Issued issued, String name) throws Exception {
        return new CertificateFiles(
                issued.writeCertificate(folder, name + ".pem"),
                issued.writeKey(folder, name + ".key"));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldUseKeysOfEveryKind(Mode mode) throws Exception {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            TlsFiles each = new TlsFiles(folder, algorithm);
            try (NatsServer server = Modes.start(mode, each.tls())) {
                shouldPassMessages(options(server, each.ca.client()).build());
            }
        }
    }

    private String negotiated(NatsServer server, String... protocols) throws Exception {
        try (RawClient client = new RawClient(server);
                SSLSocket socket =
                        (SSLSocket)
                                files.ca
                                        .client()
                                        .getSocketFactory()
                                        .createSocket(client.socket(), "localhost", 0, true)) {
            socket.setEnabledProtocols(protocols);
            socket.startHandshake();
            return socket.getSession().getProtocol() + " " + socket.getSession().getCipherSuite();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldToVersionSuitesAndCurves(Mode mode) throws Exception {
        try (NatsServer server =
                Modes.start(
                        mode,
                        files.tls(
                                tls ->
                                        tls.cipherSuites(List.of(TLS_1_2_SUITE))
                                                .curvePreferences(
                                                        List.of("CurveP384", "X25519"))))) {
            assertThat(negotiated(server, "TLSv1.2")).isEqualTo("TLSv1.2 " + TLS_1_2_SUITE);
            assertThat(negotiated(server, "TLSv1.3", "TLSv1.2")).startsWith("TLSv1.3 TLS_");
        }
        try (NatsServer server = Modes.start(mode, files.tls(tls -> tls.minVersion("1.3")))) {
            assertThat(negotiated(server, "TLSv1.3")).startsWith("TLSv1.3 ");
            assertThatThrownBy(() -> negotiated(server, "TLSv1.2")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldNotStartWithWhatCannotBeHad() {
        TlsOptions.Builder tls = files.options().certificate("/no/such", "/no");
        assertThatThrownBy(() -> Modes.start(Mode.INLINE, options -> options.tls(tls.build())))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "error parsing X509 certificate/key pair: open /no/such: no such file or"
                                + " directory");
        assertThatThrownBy(
                        () ->
                                Modes.start(
                                        Mode.INLINE,
                                        files.tls(
                                                on ->
                                                        on.cipherSuites(
                                                                List.of(
                                                                        "TLS_RSA_WITH_RC4_128_SHA")))))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "cipher suite TLS_RSA_WITH_RC4_128_SHA is not supported by this JVM's TLS");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTalkToOpenSsl(Mode mode) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "openssl"))));
        LogLines log = new LogLines();
        try (NatsServer server =
                Modes.start(mode, log, files.tls(tls -> tls.handshakeFirst(true, Duration.ZERO)))) {
            Process client =
                    new ProcessBuilder(
                                    "openssl",
                                    "s_client",
                                    "-connect",
                                    "127.0.0.1:" + server.port(),
                                    "-CAfile",
                                    files.authority(),
                                    "-verify_return_error",
                                    "-quiet")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try {
                client.getOutputStream()
                        .write("CONNECT {\"verbose\":false}\r\nPING\r\n".getBytes());
                client.getOutputStream().flush();
                try (var lines = client.inputReader(StandardCharsets.US_ASCII)) {
                    assertThat(lines.readLine()).startsWith("INFO {");
                    assertThat(lines.readLine()).isEqualTo("PONG");
                }
            } finally {
                assertThat(client.destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            log.await("Client connection closed: Client Closed");
        }
    }
}
