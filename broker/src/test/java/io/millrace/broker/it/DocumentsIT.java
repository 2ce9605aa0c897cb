package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.tls.TestCa;

import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

/**
 * The configurations that the operator's handbook shows ("Managing a NATS server"), each as written
 * there, loaded by the executable and used. Only where the server listens and logs is said anew.
 */
class DocumentsIT {
    @TempDir Path folder;

    /** What a document says, but for the time for a login: a busy machine may take longer. */
    private String patient(String document) throws Exception {
        return text(document).replace("timeout: 1\n", "timeout: 20\n");
    }

    private String text(String document) throws Exception {
        URL file = getClass().getResource("/documents/" + document);
        assert file != null;
        return Files.readString(Path.of(file.toURI()));
    }

    private ServerProcess start(String document) throws Exception {
        return startWith(patient(document));
    }

    private ServerProcess startWith(String text) throws Exception {
        Path here = Files.writeString(folder.resolve("server.conf"), text);
        return ServerProcess.ready(
                folder, "-c", here.toString(), "-l", "", "-P", folder.resolve("pid").toString());
    }

    /**
     * Starts a server from the folder in which the certificates are that a document names; it says
     * where, relative to that.
     */
    private ServerProcess startWithCertificates(String document, TestCa ca) throws Exception {
        Path certificates = Files.createDirectories(folder.resolve("configs/certs"));
        TestCa.Issued issued = ca.server();
        for (String name : new String[] {"server", "server-cert"}) {
            issued.writeCertificate(certificates, name + ".pem");
        }
        for (String name : new String[] {"key", "server-key"}) {
            issued.writeKey(certificates, name + ".pem");
        }
        Files.move(Path.of(ca.write(certificates)), certificates.resolve("ca.pem"));
        Path here = folder.resolve("server.conf");
        Files.writeString(
                here, patient(document).replace("./configs", folder.resolve("configs").toString()));
        return ServerProcess.ready(folder, "-c", here.toString());
    }

    private static RawClient login(ServerProcess server, String user, String password)
            throws Exception {
        RawClient client = new RawClient(server.port());
        client.send(
                "CONNECT {\"verbose\":false,\"user\":\"%s\",\"pass\":\"%s\"}\r\nPING\r\n"
                        .formatted(user, password));
        return client;
    }

    @ParameterizedTest
    @CsvSource({
        "single-user.conf, derek, T0pS3cr3t",
        "users.conf, alice, foo",
        "users.conf, bob, bar",
        "variables.conf, joe, abcdefghijklmnopqrstuvwxyz0123456789",
        "bcrypt.conf, derek, T0pS3cr3t",
        "permissions.conf, bob, abcdefghijklmnopqrstuvwxwz0123456789"
    })
    void shouldLetTheUsersOfTheDocumentIn(String document, String user, String password)
            throws Exception {
        try (ServerProcess server = start(document);
                RawClient client = login(server, user, password);
                RawClient stranger = login(server, user, password + "x");
                RawClient anonymous = new RawClient(server.port())) {
            client.expect("PONG\r\n");
            stranger.expect("-ERR 'Authorization Violation'\r\n");
            anonymous.send("PING\r\n");
            anonymous.expect("-ERR 'Authorization Violation'\r\n");
            assertThat(server.errors()).doesNotContain(password);
        }
    }

    @Test
    void shouldTurnAwaySilentClientsAfterTheTimeoutOfTheDocument() throws Exception {
        try (ServerProcess server = startWith(text("single-user.conf"));
                RawClient silent = new RawClient(server.port())) {
            silent.expect("-ERR 'Authentication Timeout'\r\n");
            silent.expectClosed();
        }
    }

    @Test
    void shouldAllowWhatThePermissionsOfTheDocumentAllow() throws Exception {
        String bobs = "abcdefghijklmnopqrstuvwxwz0123456789";
        try (ServerProcess server = start("permissions.conf");
                RawClient joe = login(server, "joe", "foo");
                RawClient alice = login(server, "alice", "bar");
                RawClient bob = login(server, "bob", bobs);
                RawClient charlie = login(server, "charlie", "bar")) {
            for (RawClient client : new RawClient[] {joe, alice, bob, charlie}) {
                client.expect("PONG\r\n");
            }
            bob.send("SUB req.foo 1\r\nSUB other 2\r\n");
            bob.expect("-ERR 'Permissions Violation for Subscription to \"other\"'\r\n");
            alice.send("SUB _INBOX.a 1\r\nPUB req.foo _INBOX.a 1\r\n?\r\nPUB other 0\r\n\r\n");
            alice.expect("-ERR 'Permissions Violation for Publish to \"other\"'\r\n");
            bob.expect("MSG req.foo 1 _INBOX.a 1\r\n?\r\n");
            bob.send("PUB _INBOX.a 1\r\n!\r\n");
            alice.expect("MSG _INBOX.a 1 1\r\n!\r\n");
            joe.send("SUB > 1\r\nPUB anything.at.all 0\r\n\r\n");
            joe.expect("MSG anything.at.all 1 0\r\n\r\n");
            charlie.send("PUB SANDBOX.x 0\r\n\r\nPUB SANDBOX.x.y 0\r\n\r\nSUB PUBLIC.a 1\r\n");
            charlie.expect("-ERR 'Permissions Violation for Publish to \"SANDBOX.x.y\"'\r\n");
            charlie.send("SUB SANDBOX.x 2\r\n");
            charlie.expect("-ERR 'Permissions Violation for Subscription to \"SANDBOX.x\"'\r\n");
            joe.expect("MSG SANDBOX.x 1 0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls.conf", "tls-ciphers.conf"})
    void shouldSecureClientsAsTheDocumentSays(String document) throws Exception {
        TestCa ca = new TestCa();
        try (ServerProcess server = startWithCertificates(document, ca)) {
            assertThat(server.errors()).contains("TLS required for client connections");
            String connect =
                    document.equals("tls.conf")
                            ? "CONNECT {\"verbose\":false,\"user\":\"derek\",\"pass\":\"T0pS3cr3t\"}"
                            : "CONNECT {\"verbose\":false}";
            assertThat(TlsTalk.connect(server.port(), ca.client(), connect)).isEqualTo("PONG");
        }
    }

    @Test
    void shouldDemandCertificatesOfClientsAsTheDocumentSays() throws Exception {
        TestCa ca = new TestCa();
        try (ServerProcess server = startWithCertificates("tls-verify.conf", ca)) {
            String connect = "CONNECT {\"verbose\":false}";
            SSLContext client = ca.client(ca.issue("CN=any", "EC"));
            assertThat(TlsTalk.connect(server.port(), client, connect)).isEqualTo("PONG");
            assertThatThrownBy(() -> TlsTalk.connect(server.port(), ca.client(), connect))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldKnowUsersByTheCertificatesOfTheDocument() throws Exception {
        TestCa ca = new TestCa();
        try (ServerProcess server = startWithCertificates("tls-map.conf", ca)) {
            SSLContext email =
                    ca.client(
                            ca.issue(
                                    "CN=localhost",
                                    "EC",
                                    new GeneralName(GeneralName.dNSName, "localhost"),
                                    new GeneralName(GeneralName.rfc822Name, "derek@nats.io")));
            SSLContext subject = ca.client(ca.issue("OU=CNCF,CN=example.com", "EC"));
            String publish = "CONNECT {\"verbose\":false}\r\nPUB foo 0\r\n\r\nPUB bar 0\r\n";
            for (SSLContext client : new SSLContext[] {email, subject}) {
                assertThat(TlsTalk.connect(server.port(), client, publish))
                        .isEqualTo("-ERR 'Permissions Violation for Publish to \"bar\"'");
            }
        }
    }

    @Test
    void shouldServeWithTheSampleOfTheDocument() throws Exception {
        Path here = folder.resolve("server.conf");
        Files.writeString(
                here,
                patient("server.conf")
                        .replace("/tmp/", folder + "/")
                        .replace("net: localhost", "net: 127.0.0.1")
                        .replace("listen: localhost:4244", "listen: localhost:-1"));
        Path log = folder.resolve("nats-server.log");
        try (ServerProcess server =
                new ServerProcess(folder, "-c", here.toString(), "-p", "-1", "-m", "-1")) {
            Modes.await("log file", () -> contains(log, "Server is ready"));
            assertThat(Files.readString(folder.resolve("nats-server.pid")))
                    .isEqualTo("" + server.pid());
            Matcher listening =
                    Pattern.compile("client connections on 127.0.0.1:(\\d+)")
                            .matcher(Files.readString(log));
            assertThat(listening.find()).isTrue();
            try (RawClient client = new RawClient(Integer.parseInt(listening.group(1)))) {
                assertThat(client.info()).contains("\"max_payload\":65536");
                client.send(
                        "CONNECT {\"verbose\":false,\"user\":\"derek\",\"pass\":\"T0pS3cr3t\"}\r\n");
                client.fence();
                client.send("SUB " + "a".repeat(600) + " 1\r\n");
                client.expect("-ERR 'maximum control line exceeded'\r\n");
            }
            Modes.await(
                    "a route that nobody is at",
                    () -> contains(log, "dial tcp 127.0.0.1:4245: connect: connection refused"));
            assertThat(Files.readString(log))
                    .contains("Starting http monitor on 127.0.0.1:")
                    .contains("Listening for route connections on localhost:")
                    .doesNotContain("T0pS3cr3t", "pass1", "pass2");
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            return false;
        }
    }
}
