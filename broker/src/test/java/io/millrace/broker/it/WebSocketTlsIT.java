package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.config.websocket.WebSocketKeys;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** WebSocket clients over TLS. */
class WebSocketTlsIT {
    @TempDir Path folder;

    private final LogLines log = new LogLines();

    private static Consumer<OptionsBuilder> webSocket(TlsOptions tls) {
        return options ->
                options.httpPort(-1)
                        .set(WebSocketKeys.HOST, "127.0.0.1")
                        .set(WebSocketKeys.PORT, -1)
                        .set(WebSocketKeys.SAME_ORIGIN, true)
                        .set(WebSocketKeys.TLS, tls);
    }

    private static Options options(Mode mode, Consumer<OptionsBuilder> change) {
        OptionsBuilder builder = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        change.accept(builder);
        return builder.conclude(2);
    }

    private static SSLSocket secured(NatsServer server, SSLContext context) throws IOException {
        Socket socket = RawClient.open(RawWebSocket.port(server));
        return RawClient.secure(socket, context, "localhost");
    }

    private static void shouldTalk(NatsServer server, SSLContext context) throws IOException {
        String origin = "Origin: https://localhost\r\n";
        try (RawWebSocket client = RawWebSocket.opened(secured(server, context), origin)) {
            assertThat(client.line())
                    .startsWith("INFO {")
                    .contains("\"tls_required\":true", "\"tls_available\":true");
            String payload = "x".repeat(100_000);
            client.send(RawWebSocket.QUIET + "SUB a 1\r\n");
            client.send("PUB a 100000\r\n" + payload + "\r\n");
            client.expect("MSG a 1 100000\r\n" + payload + "\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTalkOverTlsAndSayWhyItEnds(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        NatsServer server = Modes.start(mode, log, webSocket(files.options().build()));
        try (server) {
            assertThat(server.webSocketUrl()).startsWith("wss://127.0.0.1:");
            log.await("[INF] Listening for websocket clients on wss://127.0.0.1:");
            assertThat(log.all()).noneMatch(line -> line.contains("DO NOT USE IN PRODUCTION"));
            shouldTalk(server, files.ca.client());
            try (RawWebSocket client = RawWebSocket.opened(secured(server, files.ca.client()))) {
                assertThat(client.line()).startsWith("INFO");
                assertThat(InProcessIT.get(server, "/connz"))
                        .contains("\"tls_version\":\"1.3\"")
                        .doesNotContain("tls_first");
                assertThat(InProcessIT.get(server, "/varz"))
                        .containsPattern("\"websocket\":\\{[^}]*\"tls_cert_not_after\":\"20");
                server.close();
                client.expectClose(1001, "Server Shutdown");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndHandshakesThatFail(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        TlsOptions tls = files.options().timeout(Duration.ofSeconds(2)).build();
        try (NatsServer server = Modes.start(mode, log, webSocket(tls))) {
            try (RawWebSocket plain = RawWebSocket.asking(server, RawWebSocket.request("/"))) {
                assertThat(plain.head()).doesNotContain("HTTP/1.1 101");
                log.await(
                        "[ERR] websocket: http: TLS handshake error from 127.0.0.1:",
                        ": first record does not look like a TLS handshake");
            }
            try (RawWebSocket silent = RawWebSocket.asking(server, "")) {
                assertThat(silent.head()).isEqualTo("<closed>");
                log.await("[ERR] websocket: http: TLS handshake error from", ": i/o timeout");
            }
            shouldTalk(server, files.ca.client());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowTheCertificateThatAReloadBrings(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        Consumer<OptionsBuilder> wanted = webSocket(files.options().build());
        try (NatsServer server = Modes.start(mode, log, wanted);
                SSLSocket before = secured(server, files.ca.client())) {
            TestCa.Issued renewed = files.ca.server();
            renewed.writeCertificate(folder, "server.pem");
            renewed.writeKey(folder, "server.key");
            server.reload(options(mode, wanted));
            try (SSLSocket after = secured(server, files.ca.client())) {
                X509Certificate shown =
                        (X509Certificate) after.getSession().getPeerCertificates()[0];
                assertThat(shown).isEqualTo(renewed.certificate());
                assertThat(before.getSession().getPeerCertificates()[0]).isNotEqualTo(shown);
            }
            Files.writeString(folder.resolve("server.key"), "garbage");
            assertThatThrownBy(() -> server.reload(options(mode, wanted)))
                    .isInstanceOf(IOException.class);
            shouldTalk(server, files.ca.client());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseThoseWhoseKeysAreNotPinnedAnyMore(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        TestCa.Issued kept = files.ca.issue("CN=kept", "EC");
        TestCa.Issued gone = files.ca.issue("CN=gone", "EC");
        String keptKey = TlsSession.publicKeySha256(kept.certificate());
        String goneKey = TlsSession.publicKeySha256(gone.certificate());
        TlsOptions.Builder tls = files.options().verify(true);
        Consumer<OptionsBuilder> both =
                webSocket(tls.pinnedCerts(Set.of(keptKey, goneKey)).build());
        try (NatsServer server = Modes.start(mode, log, both);
                RawWebSocket keeper = RawWebSocket.opened(secured(server, files.ca.client(kept)));
                RawWebSocket goner = RawWebSocket.opened(secured(server, files.ca.client(gone)))) {
            for (RawWebSocket client : new RawWebSocket[] {keeper, goner}) {
                assertThat(client.line()).contains("\"tls_verify\":true");
                client.send(RawWebSocket.QUIET);
                client.fence();
            }
            server.reload(options(mode, webSocket(tls.pinnedCerts(Set.of(keptKey)).build())));
            goner.expect("-ERR 'Authorization Violation'\r\n");
            goner.expectClose(1008, "Authentication Failure");
            keeper.fence();
            try (RawWebSocket again = RawWebSocket.over(secured(server, files.ca.client(gone)))) {
                assertThat(again.head()).isEqualTo("<closed>");
            }
        }
    }
}
