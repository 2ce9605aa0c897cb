package io.millrace.broker.it;

import static io.millrace.broker.config.compression.CompressionOptions.Mode.S2_FAST;
import static io.millrace.broker.it.RouteTlsFiles.address;
import static io.millrace.broker.it.RouteTlsFiles.cluster;
import static io.millrace.broker.it.RouteTlsFiles.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.tls.TestCa;

import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Routes over TLS: who gets in, who is believed, and that messages cross. */
@Tag("thorough")
@SuppressWarnings("try") // a member needn't do anything but dial
class RouteTlsIT {
    private static final GeneralName LOCALHOST = new GeneralName(GeneralName.dNSName, "localhost");

    @TempDir Path folder;
    private RouteTlsFiles files;
    private final LogLines first = new LogLines();
    private final LogLines second = new LogLines();

    @BeforeEach
    void issue() throws Exception {
        files = new RouteTlsFiles(folder);
    }

    /** Messages of every size, from one server to the other. */
    private static void shouldCross(NatsServer from, NatsServer to) throws Exception {
        try (RawClient subscriber = RawClient.connected(to);
                RawClient publisher = RawClient.connected(from)) {
            subscriber.send("SUB across 1\r\n");
            subscriber.fence();
            // Whoever came before may not be gone yet: what is waited for is that this one gets it.
            Modes.await("it arrives", () -> arrives(publisher, subscriber));
            for (int size : new int[] {1, 1000, 100_000, 1024 * 1024}) {
                String payload = "x".repeat(size);
                publisher.send("PUB across " + size + "\r\n" + payload + "\r\n");
                Leafs.skipTo(subscriber, "MSG across 1 " + size + "\r\n");
                subscriber.expect(payload + "\r\n");
            }
        }
    }

    private static boolean arrives(RawClient publisher, RawClient subscriber) {
        try {
            publisher.send("PUB across 0\r\n\r\n");
            publisher.fence();
            return subscriber.count("MSG across 1 0\r\n\r\n") > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void shouldTalk(NatsServer a, NatsServer b) throws Exception {
        shouldCross(a, b);
        shouldCross(b, a);
    }

    private static SSLSocket dial(NatsServer server, TestCa ca, TestCa.Issued issued)
            throws Exception {
        return RawClient.secure(
                RawClient.open(server.clusterPort()), ca.client(issued), "localhost");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassMessagesBothWays(Mode mode) throws Exception {
        try (NatsServer a = Modes.start(mode, first, cluster(files.member()));
                NatsServer b = Modes.start(mode, second, cluster(files.member(), address(a)))) {
            shouldTalk(a, b);
            shouldHaveShaken(first, "server");
            shouldHaveShaken(second, "client");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowWhenTheCertificateForRoutesEnds(Mode mode) throws Exception {
        TestCa.Issued issued = files.ca.server();
        try (NatsServer server =
                        Modes.start(
                                mode,
                                cluster(files.member(issued, files.ca))
                                        .andThen(options -> options.httpPort(-1)));
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.monitorUrl() + "/varz")).build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
                    .containsOnlyOnce("tls_cert_not_after")
                    .containsPattern(
                            "\"pool_size\": 3,\\s+\"tls_cert_not_after\": \""
                                    + issued.certificate().getNotAfter().toInstant()
                                    + "\"\\s+}");
        }
    }

    /** Compression is inside the encryption. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCompressWhatIsEncrypted(Mode mode) throws Exception {
        Consumer<ClusterOptions.Builder> compressed =
                cluster -> cluster.compression(CompressionOptions.of(S2_FAST));
        try (NatsServer a = Modes.start(mode, first, cluster(files.member(), compressed));
                NatsServer b =
                        Modes.start(
                                mode, second, cluster(files.member(), compressed, address(a)))) {
            shouldTalk(a, b);
        }
    }

    private static void shouldHaveShaken(LogLines log, String side) {
        String begin = log.await("[DBG]", "rid:", " - Starting TLS route " + side + " handshake");
        String rid = begin.substring(begin.indexOf("rid:"), begin.indexOf(" - Starting"));
        log.await("[DBG]", rid + " - TLS handshake complete");
        log.await("[DBG]", rid + " - TLS version 1.3, cipher suite TLS_AES_");
        log.await("[INF]", rid + " - Route connection created");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayNothingBeforeTheHandshakeAndThenThatTlsIsRequired(Mode mode) throws Exception {
        try (NatsServer a = Modes.start(mode, cluster(files.member()));
                SSLSocket peer = dial(a, files.ca, files.ca.server())) {
            try (RawClient route = new RawClient(peer)) {
                assertThat(route.info()).contains(",\"tls_required\":true,\"tls_verify\":true,");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayInConnectThatTlsIsRequired(Mode mode) throws Exception {
        SSLServerSocket listening =
                (SSLServerSocket)
                        files.ca
                                .client(files.ca.server())
                                .getServerSocketFactory()
                                .createServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        listening.setNeedClientAuth(true);
        listening.setSoTimeout(RawClient.TIMEOUT_MS);
        TestCa.Issued own = files.ca.server();
        String url = "nats-route://127.0.0.1:" + listening.getLocalPort();
        try (listening;
                NatsServer b = Modes.start(mode, cluster(files.member(own, files.ca), url));
                SSLSocket route = (SSLSocket) listening.accept()) {
            route.setSoTimeout(RawClient.TIMEOUT_MS);
            assertThat(route.getSession().getPeerCertificates()).containsExactly(own.certificate());
            byte[] said = route.getInputStream().readNBytes(80);
            assertThat(new String(said))
                    .startsWith("CONNECT {\"echo\":true,")
                    .contains("\"tls_required\":true");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotDialServersOfAnotherAuthority(Mode mode) throws Exception {
        TestCa other = new TestCa();
        try (NatsServer a = Modes.start(mode, first, cluster(files.member()));
                NatsServer b =
                        Modes.start(
                                mode,
                                second,
                                cluster(files.member(files.ca.server(), other), address(a)))) {
            shouldHaveFailed(second, "rid:1");
            second.await("Attempting reconnect for solicited route \"" + address(a) + '"');
            shouldHaveFailed(second, "rid:3");
        }
    }

    private static void shouldHaveFailed(LogLines log, String route) {
        log.await("[ERR]", route + " - TLS route handshake error: ");
        log.await("[INF]", route + " - Router connection closed: TLS Handshake Failure");
        assertThat(log.all()).noneMatch(line -> line.contains(route + " - Route connection"));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotAcceptServersOfAnotherAuthority(Mode mode) throws Exception {
        TlsOptions.Builder stranger = files.member(new TestCa().server(), files.ca);
        try (NatsServer a = Modes.start(mode, first, cluster(files.member()));
                NatsServer b = Modes.start(mode, second, cluster(stranger, address(a)))) {
            shouldHaveFailed(first, "rid:1");
            second.await("Attempting reconnect for solicited route");
            shouldHaveFailed(first, "rid:3");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotAcceptServersWithoutACertificate(Mode mode) throws Exception {
        // Also where the options don't ask for one.
        try (NatsServer a = Modes.start(mode, first, cluster(files.member().verify(false)))) {
            assertThatThrownBy(
                            () -> {
                                try (SSLSocket peer =
                                        RawClient.secure(
                                                RawClient.open(a.clusterPort()),
                                                files.ca.client(),
                                                "localhost")) {
                                    peer.getInputStream().read();
                                }
                            })
                    .isInstanceOf(IOException.class);
            shouldHaveFailed(first, "rid:1");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotDialServersWithAnotherName(Mode mode) throws Exception {
        TestCa.Issued other =
                files.ca.issue(
                        "CN=other",
                        "EC",
                        new GeneralName(GeneralName.dNSName, "other.example.com"),
                        new GeneralName(GeneralName.iPAddress, "192.0.2.1"));
        try (NatsServer a = Modes.start(mode, cluster(files.member(other, files.ca)));
                NatsServer b = Modes.start(mode, second, cluster(files.member(), address(a)))) {
            shouldHaveFailed(second, "rid:1");
            LogLines careless = new LogLines();
            try (NatsServer c =
                    Modes.start(
                            mode, careless, cluster(files.member().insecure(true), address(a)))) {
                careless.await(
                        "[WRN] TLS certificate chain and hostname of solicited routes will not be"
                                + " verified. DO NOT USE IN PRODUCTION!");
                shouldTalk(a, c);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotUseExpiredCertificates(Mode mode) throws Exception {
        TestCa.Issued expired = files.ca.expiredServer();
        try (NatsServer a = Modes.start(mode, first, cluster(files.member(expired, files.ca)));
                NatsServer b = Modes.start(mode, second, cluster(files.member(), address(a)))) {
            shouldHaveFailed(second, "rid:1");
        }
        LogLines third = new LogLines();
        try (NatsServer a = Modes.start(mode, third, cluster(files.member()));
                NatsServer b =
                        Modes.start(mode, cluster(files.member(expired, files.ca), address(a)))) {
            shouldHaveFailed(third, "rid:1");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetOnlyPinnedCertificatesThroughOnBothSides(Mode mode) throws Exception {
        TestCa.Issued good = files.ca.server();
        Set<String> pinned = Set.of(TlsSession.publicKeySha256(good.certificate()));
        try (NatsServer a = Modes.start(mode, first, cluster(files.member().pinnedCerts(pinned)));
                NatsServer b =
                        Modes.start(
                                mode, second, cluster(files.member(good, files.ca), address(a)))) {
            shouldTalk(a, b);
            LogLines third = new LogLines();
            try (NatsServer c = Modes.start(mode, third, cluster(files.member(), address(a)))) {
                first.await("[ERR]", "TLS route handshake error: certificate not pinned");
                first.await("Router connection closed: TLS Handshake Failure");
            }
            LogLines fourth = new LogLines();
            try (NatsServer d =
                    Modes.start(
                            mode,
                            fourth,
                            cluster(
                                    files.member(good, files.ca).pinnedCerts(pinned),
                                    address(a)))) {
                fourth.await("[ERR]", "rid:1 - TLS route handshake error: certificate not pinned");
                shouldHaveFailed(fourth, "rid:1");
            }
        }
    }

    /** Certificates that are for a name only: who is heard of by its address has that name, too. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldExpectTheConfiguredNameOfServersHeardOf(Mode mode) throws Exception {
        try (NatsServer seed = Modes.start(mode, cluster(named()));
                NatsServer b = Modes.start(mode, first, cluster(named(), name(seed)));
                NatsServer c = Modes.start(mode, second, cluster(named(), name(seed)))) {
            first.await("Registering remote route \"" + c.id() + '"');
            second.await("Registering remote route \"" + b.id() + '"');
            shouldTalk(b, c);
        }
    }

    private TlsOptions.Builder named() throws Exception {
        return files.member(files.ca.issue("CN=localhost", "EC", LOCALHOST), files.ca);
    }

    /** The other way round: an address that isn't to be had by that name stands for itself. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldExpectTheAddressWhereTheConfiguredNameIsWrong(Mode mode) throws Exception {
        TestCa.Issued byAddress =
                files.ca.issue(
                        "CN=member", "EC", new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        try (NatsServer a = Modes.start(mode, cluster(files.member(byAddress, files.ca)));
                NatsServer b =
                        Modes.start(
                                mode,
                                second,
                                cluster(
                                        files.member(),
                                        address(a),
                                        "nats-route://nowhere.invalid:1"))) {
            second.await("[ERR]", "TLS route handshake error: ", "nowhere.invalid");
            shouldTalk(a, b);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKnowServersByTheUserOfTheirCertificate(Mode mode) throws Exception {
        TestCa.Issued user =
                files.ca.issue(
                        "CN=member",
                        "EC",
                        new GeneralName(GeneralName.rfc822Name, "r@example.com"));
        try (NatsServer a =
                Modes.start(
                        mode,
                        first,
                        cluster(
                                files.member().map(true),
                                c -> c.username("r@example.com").password(new Secret("s3cret"))))) {
            // No password is asked for; the right one doesn't help where the certificate is wrong.
            try (NatsServer b =
                    Modes.start(mode, cluster(files.member(user, files.ca), address(a)))) {
                shouldTalk(a, b);
            }
            String url = "nats-route://r%40example.com:s3cret@127.0.0.1:" + a.clusterPort();
            try (NatsServer c = Modes.start(mode, second, cluster(files.member(), url))) {
                first.await("[DBG]", " - User in cert [\"", "\"], not found");
                first.await("[ERR]", "authentication error - User \"r@example.com\"");
                first.await("Router connection closed: Authentication Failure");
                second.await("[ERR]", "Authorization Violation");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKnowServersByTheHostOfAConfiguredRoute(Mode mode) throws Exception {
        TestCa.Issued known =
                files.ca.issue(
                        "CN=b",
                        "EC",
                        new GeneralName(GeneralName.dNSName, "*.cluster.invalid"),
                        new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        try (NatsServer a =
                Modes.start(
                        mode,
                        first,
                        cluster(
                                files.member().checkKnownUrls(true),
                                "nats-route://B.Cluster.invalid:1"))) {
            try (NatsServer b =
                    Modes.start(mode, cluster(files.member(known, files.ca), address(a)))) {
                shouldTalk(a, b);
            }
            try (NatsServer c = Modes.start(mode, cluster(files.member(), address(a)))) {
                first.await("[ERR]", "authentication error");
                first.await("Router connection closed: Authentication Failure");
            }
        }
    }

    private static Options options(Mode mode, Consumer<OptionsBuilder> change) {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        change.accept(options);
        return options.conclude(2);
    }

    private X509Certificate shown(NatsServer server) throws Exception {
        try (SSLSocket peer = dial(server, files.ca, files.ca.server())) {
            return (X509Certificate) peer.getSession().getPeerCertificates()[0];
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowTheNewCertificateAfterAReload(Mode mode) throws Exception {
        TestCa.Issued before = files.ca.server();
        Consumer<OptionsBuilder> change = cluster(files.member(before, files.ca));
        try (NatsServer a = Modes.start(mode, change);
                NatsServer b = Modes.start(mode, cluster(files.member(), address(a)))) {
            assertThat(shown(a)).isEqualTo(before.certificate());
            TestCa.Issued after = files.ca.server();
            Path member = folder.resolve("member1");
            after.writeCertificate(member, "server.pem");
            after.writeKey(member, "server.key");
            assertThat(shown(a)).isEqualTo(before.certificate());

            assertThat(a.reload(options(mode, change))).isEmpty();
            assertThat(shown(a)).isEqualTo(after.certificate());

            Files.writeString(member.resolve("server.pem"), "broken");
            assertThatThrownBy(() -> a.reload(options(mode, change)))
                    .isInstanceOf(IOException.class);
            assertThat(shown(a)).isEqualTo(after.certificate());
            shouldTalk(a, b);
        }
    }

    /** A server that got a good certificate gets in where it was turned away before. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDialWithTheNewCertificateAfterAReload(Mode mode) throws Exception {
        try (NatsServer a = Modes.start(mode, first, cluster(files.member()))) {
            Consumer<OptionsBuilder> change =
                    cluster(files.member(new TestCa().server(), files.ca), address(a));
            try (NatsServer b = Modes.start(mode, change)) {
                shouldHaveFailed(first, "rid:1");
                TestCa.Issued good = files.ca.server();
                Path member = folder.resolve("member2");
                good.writeCertificate(member, "server.pem");
                good.writeKey(member, "server.key");
                b.reload(options(mode, change));
                shouldTalk(a, b);
            }
        }
    }

    /** Also those that BoringSSL doesn't do. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTalkWithKeysOfEveryKind(Mode mode) throws Exception {
        for (List<String> kinds :
                List.of(
                        List.of("RSA", "EC"),
                        List.of("EC", "RSA"),
                        List.of("Ed25519", "Ed25519"))) {
            TlsOptions.Builder accepting = files.member(files.ca.server(kinds.get(0)), files.ca);
            TlsOptions.Builder dialing = files.member(files.ca.server(kinds.get(1)), files.ca);
            try (NatsServer a = Modes.start(mode, cluster(accepting));
                    NatsServer b = Modes.start(mode, cluster(dialing, address(a)))) {
                shouldTalk(a, b);
            }
        }
    }

    /** TLS 1.3 where both can, and nothing below where one of them won't. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepToTheLowestVersion(Mode mode) throws Exception {
        try (NatsServer a = Modes.start(mode, first, cluster(files.member().minVersion("1.3")))) {
            assertThatThrownBy(() -> dial(a, "TLSv1.2")).isInstanceOf(IOException.class);
            shouldHaveFailed(first, "rid:1");
        }
        try (NatsServer a = Modes.start(mode, second, cluster(files.member()))) {
            dial(a, "TLSv1.2").close();
            second.await("[DBG]", "rid:1 - TLS version 1.2, cipher suite TLS_ECDHE_ECDSA_WITH_");
        }
    }

    private SSLSocket dial(NatsServer server, String version) throws Exception {
        SSLSocket peer =
                (SSLSocket)
                        files.ca
                                .client(files.ca.server())
                                .getSocketFactory()
                                .createSocket("127.0.0.1", server.clusterPort());
        peer.setEnabledProtocols(new String[] {version});
        peer.startHandshake();
        return peer;
    }
}
