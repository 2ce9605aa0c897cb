package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Set;

/** Subjects with empty tokens match nothing, however wide a subscription or a permission is. */
class EmptyTokensIT {
    private static final UserOptions USER =
            new UserOptions(
                    "u",
                    false,
                    new Secret("p"),
                    new PermissionOptions(
                            new SubjectRules(List.of("foo.>"), List.of()),
                            new SubjectRules(List.of(">"), List.of()),
                            null),
                    Set.of(),
                    UserOptions.GLOBAL_ACCOUNT);

    private static final String[] SUBJECTS = {"foo..bar", "foo.", ".foo", ".", "..", "foo.bar."};

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNeverDeliverMessagesWithEmptyTokens(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send("SUB > 1\r\nSUB foo.> 2\r\nSUB *.* 3\r\nSUB *.> q 4\r\nSUB *.*.* q 5\r\n");
            for (String subject : SUBJECTS) {
                client.send("PUB " + subject + " 1\r\nx\r\n");
                client.send("HPUB " + subject + " 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
            }
            client.fence();
            client.send("PUB foo.bar.baz 1\r\nx\r\n");
            client.line();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequestsWithEmptyTokensThatNobodyListens(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient listener = RawClient.connected(server);
                RawClient client = RawClient.connected(server)) {
            listener.send("SUB > 1\r\n");
            listener.fence();
            client.send("SUB inbox 9\r\n");
            for (String subject : SUBJECTS) {
                client.send("PUB " + subject + " inbox 0\r\n\r\n");
                int length = 32 + subject.length();
                client.expect(
                        "HMSG inbox 9 "
                                + length
                                + " "
                                + length
                                + "\r\nNATS/1.0 503\r\nNats-Subject: "
                                + subject
                                + "\r\n\r\n\r\n");
            }
            listener.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseThemWhereTheClientIsPedantic(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false,\"pedantic\":true}\r\nSUB > 1\r\n");
            for (String subject : SUBJECTS) {
                client.send("PUB " + subject + " 1\r\nx\r\n");
                client.expect("-ERR 'Invalid Publish Subject'\r\n");
            }
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotCoverThemByPermissions(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.users(List.of(USER)));
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\"u\",\"pass\":\"p\"}\r\n");
            client.send("SUB > 1\r\nPUB foo..x 0\r\n\r\nPUB foo. 0\r\n\r\n");
            client.expect("-ERR 'Permissions Violation for Publish to \"foo..x\"'\r\n");
            client.expect("-ERR 'Permissions Violation for Publish to \"foo.\"'\r\n");
            client.send("PUB foo.x 0\r\n\r\n");
            client.expect("MSG foo.x 1 0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotDeliverThoseOfOtherServers(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                options ->
                                        options.cluster(
                                                ClusterOptions.builder()
                                                        .name("C")
                                                        .host("127.0.0.1")
                                                        .port(-1)
                                                        .build()));
                RawClient client = RawClient.connected(server);
                RawClient route = new RawClient(server.clusterPort())) {
            client.send("SUB > 1\r\nSUB > q 2\r\n");
            client.fence();
            route.send(Sloth.PEER);
            for (String subject : SUBJECTS) {
                route.send("RMSG $G " + subject + " 1\r\nx\r\n");
                route.send("RMSG $G " + subject + " | q 1\r\nx\r\n");
            }
            route.send("RMSG $G foo.bar 1\r\ny\r\n");
            client.expect("MSG foo.bar 1 1\r\ny\r\n");
        }
    }
}
