package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.start.OptionsChange;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.tls.TestCa;

import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Certificates that are replaced, that say who a client is, and that secure monitoring. */
class TlsReloadIT {
    @TempDir Path folder;

    private static Options options(Mode mode, Consumer<OptionsBuilder> change) {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        change.accept(options);
        return options.conclude(2);
    }

    private static UserOptions user(String name, String password) {
        return new UserOptions(name, false, new Secret(password), null, Set.of(), "$G");
    }

    private static X509Certificate certificate(NatsServer server, SSLContext context)
            throws IOException {
        Socket plain = new Socket("127.0.0.1", server.port());
        while (plain.getInputStream().read() != '\n') {
            // INFO
        }
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, "localhost", server.port(), true)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowTheNewCertificateAfterAReloadThatChangesNothingElse(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        try (NatsServer server = Modes.start(mode, files.tls())) {
            SSLContext client = files.ca.client();
            X509Certificate before = certificate(server, client);
            TestCa.Issued next = files.ca.server();
            next.writeCertificate(folder, "server.pem");
            next.writeKey(folder, "server.key");
            assertThat(certificate(server, client)).isEqualTo(before);

            assertThat(server.reload(options(mode, files.tls()))).isEmpty();
            assertThat(certificate(server, client)).isEqualTo(next.certificate());

            Files.writeString(folder.resolve("server.pem"), "broken");
            assertThatThrownBy(() -> server.reload(options(mode, files.tls())))
                    .isInstanceOf(IOException.class);
            assertThat(certificate(server, client)).isEqualTo(next.certificate());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotSwitchTlsOnOrOffWithoutARestart(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        try (NatsServer server = Modes.start(mode, files.tls())) {
            List<OptionsChange> changes = server.reload(options(mode, o -> {}));
            assertThat(changes.stream().map(OptionsChange::text))
                    // With TLS, there is one second more than a handshake may take.
                    .containsExactly(
                            "Reloaded: authorization timeout = 2s",
                            "config reload not supported for tls");
            assertThat(
                            TlsTalk.connect(
                                    server.port(),
                                    files.ca.client(),
                                    "CONNECT {\"verbose\":false}"))
                    .isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKnowUsersByTheirCertificates(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        Consumer<OptionsBuilder> tls = files.tls(o -> o.verify(true).map(true));
        TestCa.Issued email =
                files.ca.issue(
                        "CN=derek", "EC", new GeneralName(GeneralName.rfc822Name, "derek@nats.io"));
        TestCa.Issued subject = files.ca.issue("CN=example.com,OU=CNCF", "EC");
        TestCa.Issued stranger = files.ca.issue("CN=example.com,OU=CNCF,O=more", "EC");
        List<UserOptions> users =
                List.of(
                        user("derek@nats.io", ""),
                        user("CN=example.com,OU=CNCF", ""),
                        user("other", "p"));
        String connect = "CONNECT {\"verbose\":false}";
        String refused = "-ERR 'Authorization Violation'";
        LogLines log = new LogLines();
        try (NatsServer server = Modes.start(mode, log, tls.andThen(o -> o.users(users)))) {
            assertThat(TlsTalk.connect(server.port(), files.ca.client(email), connect))
                    .isEqualTo("PONG");
            assertThat(TlsTalk.connect(server.port(), files.ca.client(subject), connect))
                    .isEqualTo("PONG");
            assertThat(TlsTalk.connect(server.port(), files.ca.client(stranger), connect))
                    .isEqualTo(refused);
            log.await(
                    "[DBG] 127.0.0.1:",
                    " - cid:3 - User in cert [\"CN=example.com,OU=CNCF,O=more\"], not found");
            // A name in CONNECT counts for nothing.
            assertThat(
                            TlsTalk.connect(
                                    server.port(),
                                    files.ca.client(stranger),
                                    "CONNECT {\"user\":\"other\",\"pass\":\"p\"}"))
                    .isEqualTo(refused);
            // Who has gone from the users isn't let in any more, whatever the certificate.
            server.reload(options(mode, tls.andThen(o -> o.users(users.subList(1, 3)))));
            assertThat(TlsTalk.connect(server.port(), files.ca.client(email), connect))
                    .isEqualTo(refused);
            assertThat(TlsTalk.connect(server.port(), files.ca.client(subject), connect))
                    .isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseClientsWhoseKeysAreNotPinnedAnyMore(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        TestCa.Issued kept = files.ca.issue("CN=kept", "EC");
        TestCa.Issued gone = files.ca.issue("CN=gone", "EC");
        String keptKey = TlsSession.publicKeySha256(kept.certificate());
        String goneKey = TlsSession.publicKeySha256(gone.certificate());
        try (NatsServer server =
                        Modes.start(
                                mode,
                                files.tls(
                                        o ->
                                                o.verify(true)
                                                        .pinnedCerts(Set.of(keptKey, goneKey))));
                TlsTalk keeper = new TlsTalk(server.port(), files.ca.client(kept));
                TlsTalk goner = new TlsTalk(server.port(), files.ca.client(gone))) {
            for (TlsTalk client : List.of(keeper, goner)) {
                client.send("CONNECT {\"verbose\":false}\r\nPING\r\n");
                assertThat(client.line()).isEqualTo("PONG");
            }
            server.reload(
                    options(mode, files.tls(o -> o.verify(true).pinnedCerts(Set.of(keptKey)))));
            assertThat(goner.line()).isEqualTo("-ERR 'Authorization Violation'");
            keeper.send("PING\r\n");
            assertThat(keeper.line()).isEqualTo("PONG");
        }
    }

    /** Who resumed a session showed no certificate: one that had expired was let in for hours. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void shouldSeeTheCertificateOfEveryConnection(String version) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        SSLContext client = files.ca.client(files.ca.issue("CN=client", "EC"));
        try (NatsServer server = Modes.start(Mode.INLINE, files.tls(o -> o.verify(true)))) {
            List<Long> madeAt = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                try (TlsTalk talk = new TlsTalk(server.port(), client, version)) {
                    talk.send("CONNECT {\"verbose\":false}\r\nPING\r\n");
                    assertThat(talk.line()).isEqualTo("PONG");
                    madeAt.add(talk.session().getCreationTime());
                }
            }
            assertThat(new HashSet<>(madeAt))
                    .as("a session that is resumed keeps its time")
                    .hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSecureMonitoringButAskForNoCertificateThere(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        Consumer<OptionsBuilder> tls = files.tls(o -> o.verify(true));
        TestCa.Issued issued = files.ca.issue("CN=client", "EC");
        try (NatsServer server = Modes.start(mode, tls.andThen(o -> o.httpsPort(-1)))) {
            assertThat(server.monitorUrl()).startsWith("https://");
            HttpClient client = HttpClient.newBuilder().sslContext(files.ca.client()).build();
            try (Socket plain = new Socket("127.0.0.1", server.port())) {
                while (plain.getInputStream().read() != '\n') {
                    // INFO
                }
                try (SSLSocket socket =
                        (SSLSocket)
                                files.ca
                                        .client(issued)
                                        .getSocketFactory()
                                        .createSocket(plain, "localhost", server.port(), true)) {
                    socket.startHandshake();
                    String url = server.monitorUrl().replace("127.0.0.1", "localhost");
                    Modes.await(
                            "the client's TLS in connz",
                            () ->
                                    get(client, url + "/connz?auth=1")
                                            .contains("\"tls_peer_certs\""));
                    String connz = get(client, url + "/connz?auth=1");
                    assertThat(connz)
                            .contains("\"tls_version\": \"1.3\"", "\"subject\": \"CN=client\"");
                    assertThat(get(client, url + "/varz"))
                            .contains("\"tls_required\": true", "\"tls_verify\": true")
                            .contains("\"tls_cert_not_after\": \"");
                }
            }
        }
    }

    private static String get(HttpClient client, String url) {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
