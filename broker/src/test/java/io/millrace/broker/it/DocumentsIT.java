package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URL;
import java.nio.file.Path;

/**
 * The configurations that the operator's handbook shows ("Managing a NATS server"), each as written
 * there, loaded by the executable and used. Only where the server listens and logs is said anew.
 */
class DocumentsIT {
    @TempDir Path folder;

    private ServerProcess start(String document) throws Exception {
        URL file = getClass().getResource("/documents/" + document);
        assert file != null;
        return ServerProcess.ready(
                folder,
                "-c",
                Path.of(file.toURI()).toString(),
                "-l",
                "",
                "-P",
                folder.resolve("pid").toString());
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
        try (ServerProcess server = start("single-user.conf");
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
}
