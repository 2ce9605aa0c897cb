package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Subjects of one account are not those of another. */
class AccountsIT {
    private static final String CONFIG =
            """
            no_auth_user: anon
            accounts {
              A { users: [{user: a, password: x}, {user: anon, password: x}] }
              B { users: [{user: b, password: x, permissions: {subscribe: {deny: "t.secret"}}}] }
              $SYS { users: [{user: admin, password: x}] }
            }
            authorization { users: [{user: g, password: x}] }
            """;

    private static NatsServer start(Mode mode) throws Exception {
        return Modes.start(mode, options -> Configured.into(options, CONFIG));
    }

    private static String connect(String user) {
        return "CONNECT {\"verbose\":false,\"user\":\"" + user + "\",\"pass\":\"x\"}\r\n";
    }

    private static RawClient connected(NatsServer server, String user) throws Exception {
        RawClient client = new RawClient(server);
        client.send(connect(user));
        client.fence();
        return client;
    }

    private static String msg(String subject, int sid, String payload) {
        return "MSG " + subject + " " + sid + " 1\r\n" + payload + "\r\n";
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDeliverWithinTheAccountOnly(Mode mode) throws Exception {
        String[] users = {"a", "b", "g", "admin"};
        RawClient[] clients = new RawClient[users.length];
        // Where nobody looks, since it is never silent.
        String config = CONFIG.replace("$SYS {", "S {}\n  $SYS {") + "system_account: S\n";
        try (NatsServer server = Modes.start(mode, options -> Configured.into(options, config))) {
            for (int i = 0; i < users.length; i++) {
                clients[i] = connected(server, users[i]);
                clients[i].send("SUB > 1\r\nSUB t 2\r\nSUB t q 3\r\n");
                clients[i].fence();
            }
            assertThat(server.subscriptionCount()).isEqualTo(12);
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < users.length; i++) {
                    clients[i].send(
                            "PUB t 1\r\n" + i + "\r\nPUB u." + round + " 1\r\n" + i + "\r\n");
                    StringBuilder got = new StringBuilder();
                    for (int line = 0; line < 8; line++) {
                        got.append(clients[i].lineAfterPing());
                    }
                    String payload = Integer.toString(i);
                    assertThat(got.toString())
                            .contains(msg("t", 1, payload), msg("t", 2, payload))
                            .contains(msg("t", 3, payload), msg("u." + round, 1, payload));
                }
            }
            for (RawClient client : clients) {
                client.fence();
                client.close();
            }
            Modes.await("all are gone", () -> server.clientCount() == 0);
            assertThat(server.subscriptionCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerWithinTheAccountOnly(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient service = connected(server, "b");
                RawClient client = new RawClient(server)) {
            service.send("SUB req 1\r\n");
            service.fence();
            client.send(
                    "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true,"
                            + "\"user\":\"a\",\"pass\":\"x\"}\r\nSUB i 1\r\nPUB req i 1\r\nx\r\n");
            client.expect("HMSG i 1 35 35\r\nNATS/1.0 503\r\nNats-Subject: req\r\n\r\n\r\n");
            service.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhichAccountItIs(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            for (String[] each : new String[][] {{"a", "A"}, {"b", "B"}, {"g", "$G"}}) {
                try (RawClient client = new RawClient(server)) {
                    client.send(
                            "CONNECT {\"verbose\":false,\"protocol\":1,\"user\":\""
                                    + each[0]
                                    + "\",\"pass\":\"x\"}\r\nPING\r\n");
                    client.expect("PONG\r\n");
                    assertThat(client.line())
                            .contains(
                                    "\"connect_info\":true,\"remote_account\":\"" + each[1] + "\"");
                }
            }
        }
    }

    /** CVE-2022-24450 by another way: what was subscribed to in one account stayed behind. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeNothingAlongToAnotherAccount(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient a = connected(server, "a");
                RawClient b = connected(server, "b");
                RawClient moving = connected(server, "a")) {
            moving.send("SUB t 1\r\nSUB t.* 2\r\nSUB t.* q 3\r\n" + connect("b"));
            moving.fence();
            a.send("PUB t 1\r\na\r\nPUB t.x 1\r\na\r\n");
            a.fence();
            moving.fence();
            assertThat(server.subscriptionCount()).isZero();
            moving.send("SUB t 1\r\nSUB t.* 2\r\n");
            moving.fence();
            a.send("PUB t 1\r\na\r\nPUB t.x 1\r\na\r\n");
            a.fence();
            b.send("PUB t 1\r\nb\r\nPUB t.secret 1\r\nb\r\nPUB t.x 1\r\nb\r\n");
            moving.expect(msg("t", 1, "b") + msg("t.x", 2, "b"));
            moving.send("UNSUB 1\r\nUNSUB 2\r\n");
            moving.fence();
            assertThat(server.subscriptionCount()).isZero();
        }
    }

    /** The same for a client that was somebody before it said who it is. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeNothingAlongFromTheAccountOfAnonymousClients(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient a = connected(server, "a");
                RawClient moving = new RawClient(server)) {
            moving.send("SUB t 1\r\nSUB t.* 2\r\n");
            moving.expect("+OK\r\n+OK\r\n");
            a.send("PUB t 1\r\na\r\n");
            moving.expect(msg("t", 1, "a"));
            moving.send(connect("b"));
            moving.fence();
            assertThat(server.subscriptionCount()).isZero();
            a.send("PUB t 1\r\na\r\nPUB t.x 1\r\na\r\n");
            a.fence();
            moving.send("SUB t 1\r\nPUB t 1\r\nb\r\n");
            moving.expect(msg("t", 1, "b"));
            moving.fence();
        }
    }
}
