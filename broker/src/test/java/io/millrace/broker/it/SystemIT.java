package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.testing.NatsServers;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The system account of a running server: who asks there is answered, and hears what happens. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class SystemIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String CONFIG =
            """
            accounts {
              $SYS { users: [{user: admin, password: p}] }
              A { users: [{user: a, password: p}] }
            }
            """;

    private static NatsServer start(Mode mode, String more) throws Exception {
        return Modes.start(mode, options -> Configured.into(options, CONFIG + more));
    }

    private static Connection connect(NatsServer server, String user) throws Exception {
        return Nats.connect(
                new Options.Builder()
                        .server(server.clientUrl())
                        .userInfo(user, "p")
                        .connectionName("of " + user)
                        .connectionTimeout(SOON)
                        .build());
    }

    private static String text(Message message) {
        assertThat(message).isNotNull();
        return new String(message.getData(), StandardCharsets.UTF_8);
    }

    /** The service begins on its own thread, so it may not have subscribed yet. */
    private static String ask(Connection connection, String subject, String body) throws Exception {
        for (long end = System.nanoTime() + SOON.toNanos(); System.nanoTime() < end; ) {
            Message answer =
                    connection.request(subject, body.getBytes(StandardCharsets.UTF_8), SOON);
            if (answer != null && !answer.isStatusMessage()) {
                return text(answer);
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError("no answer to " + subject);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequests(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection admin = connect(server, "admin");
                Connection other = connect(server, "a")) {
            String id = admin.getServerInfo().getServerId();
            assertThat(ask(admin, "$SYS.REQ.SERVER.PING.IDZ", "")).contains("\"id\":\"" + id + '"');
            for (String what :
                    List.of(
                            "STATSZ",
                            "VARZ",
                            "SUBSZ",
                            "CONNZ",
                            "ROUTEZ",
                            "GATEWAYZ",
                            "LEAFZ",
                            "ACCOUNTZ",
                            "JSZ",
                            "HEALTHZ")) {
                assertThat(ask(admin, "$SYS.REQ.SERVER." + id + "." + what, ""))
                        .as(what)
                        .startsWith("{\"server\":{\"name\":")
                        .contains("\"id\":\"" + id + "\"")
                        .doesNotContain("\"error\":");
            }
            assertThat(ask(admin, "$SYS.REQ.SERVER.PING.CONNZ", "{\"auth\":true,\"acc\":\"A\"}"))
                    .contains("\"num_connections\":1,", "\"name\":\"of a\"")
                    .contains("\"authorized_user\":\"a\"")
                    .doesNotContain("of admin");
            assertThat(ask(other, "$SYS.REQ.USER.INFO", ""))
                    .contains("\"user\":\"a\",\"account\":\"A\"");
            Message refused = other.request("$SYS.REQ.SERVER.PING", new byte[0], SOON);
            assertThat(refused == null || refused.isStatusMessage())
                    .as("other accounts can't ask")
                    .isTrue();
        }
    }

    /** More than fits into a service's queue, from an account that anybody may be in. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerTheOperatorWhateverTenantsAsk(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection admin = connect(server, "admin");
                Connection other = connect(server, "a")) {
            ask(admin, "$SYS.REQ.SERVER.PING.IDZ", "");
            byte[] much = new byte[1_000_000];
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 20; i++) {
                    other.publish("$SYS.REQ.USER.INFO", "nobody", much);
                }
                other.flush(SOON);
                Message answer = admin.request("$SYS.REQ.SERVER.PING.IDZ", new byte[0], SOON);
                assertThat(text(answer)).contains("\"id\":");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOfClientsThatComeAndGo(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection admin = connect(server, "admin")) {
            ask(admin, "$SYS.REQ.SERVER.PING.IDZ", "");
            Subscription connects = admin.subscribe("$SYS.ACCOUNT.A.CONNECT");
            Subscription disconnects = admin.subscribe("$SYS.ACCOUNT.A.DISCONNECT");
            admin.flush(SOON);
            Connection other = connect(server, "a");
            assertThat(text(connects.nextMessage(SOON)))
                    .contains("\"type\":\"io.nats.server.advisory.v1.client_connect\"")
                    .contains("\"user\":\"a\"", "\"name\":\"of a\"", "\"acc\":\"A\"");
            other.close();
            assertThat(text(disconnects.nextMessage(SOON)))
                    .contains("\"type\":\"io.nats.server.advisory.v1.client_disconnect\"")
                    .contains("\"user\":\"a\"", "\"reason\":\"Client Closed\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayHowItFaresAndThatItEnds(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection admin = connect(server, "admin");
                RawClient raw = new RawClient(server)) {
            String id = admin.getServerInfo().getServerId();
            Subscription statsz = admin.subscribe("$SYS.SERVER." + id + ".STATSZ");
            assertThat(text(statsz.nextMessage(SOON))).contains("\"statsz\":{\"start\":");
            raw.send("CONNECT {\"verbose\":false,\"user\":\"admin\",\"pass\":\"p\"}\r\n");
            raw.send("SUB $SYS.SERVER." + id + ".SHUTDOWN 1\r\n");
            raw.fence();
            server.close();
            assertThat(raw.line()).startsWith("MSG $SYS.SERVER." + id + ".SHUTDOWN 1 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayThatItLeaves(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection admin = connect(server, "admin");
                RawClient raw = new RawClient(server)) {
            ask(admin, "$SYS.REQ.SERVER.PING.IDZ", "");
            String id = admin.getServerInfo().getServerId();
            raw.send("CONNECT {\"verbose\":false,\"user\":\"admin\",\"pass\":\"p\"}\r\n");
            raw.send("SUB $SYS.SERVER." + id + ".LAMEDUCK 1\r\n");
            raw.fence();
            server.enterLameDuckMode();
            String line = raw.line();
            assertThat(line.startsWith("INFO ") ? raw.line() : line)
                    .startsWith("MSG $SYS.SERVER." + id + ".LAMEDUCK 1 ");
            assertThat(raw.line()).startsWith("{\"name\":").contains("\"id\":\"" + id + '"');
        }
    }

    private static NatsServers cluster(int members) throws Exception {
        return NatsServers.builder(members)
                .options(options -> Configured.into(options, CONFIG))
                .cluster(cluster -> cluster.name("C"))
                .direct()
                .start();
    }

    /** Without clients it has no reason to wait. */
    @Test
    void shouldTellOtherServersThatItLeavesAndEnds() throws Exception {
        try (NatsServers servers = cluster(2)) {
            servers.awaitMesh();
            try (Connection admin = connect(servers.server(0), "admin")) {
                String id = servers.server(1).id();
                ask(admin, "$SYS.REQ.SERVER." + id + ".IDZ", "");
                Subscription ends = admin.subscribe("$SYS.SERVER." + id + ".*");
                admin.publish("$SYS.REQ.SERVER." + id + ".STATSZ", new byte[0]);
                while (!ends.nextMessage(SOON).getSubject().endsWith(".STATSZ")) {
                    // Who answers so has heard that somebody listens.
                }
                servers.server(1).enterLameDuckMode();
                List<String> told = new ArrayList<>();
                while (!told.contains("SHUTDOWN")) {
                    Message next = ends.nextMessage(SOON);
                    assertThat(next).as("after " + told).isNotNull();
                    told.add(next.getSubject().replaceFirst(".*[.]", ""));
                }
                assertThat(told).contains("LAMEDUCK");
            }
        }
    }

    /** Where the reference sends lines that no client can read. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendNoMalformedLinesWhateverAccountsAreCalled(Mode mode) throws Exception {
        String config =
                """
                accounts {
                  $SYS { users: [{user: admin, password: p}] }
                  "B C" { users: [{user: b, password: p}] }
                }
                """;
        try (NatsServer server = Modes.start(mode, options -> Configured.into(options, config));
                Connection admin = connect(server, "admin");
                RawClient raw = new RawClient(server)) {
            ask(admin, "$SYS.REQ.SERVER.PING.IDZ", "");
            raw.send("CONNECT {\"verbose\":false,\"user\":\"admin\",\"pass\":\"p\"}\r\n");
            raw.send("SUB $SYS.ACCOUNT.*.CONNECT 1\r\n");
            raw.fence();
            connect(server, "b").close();
            assertThat(raw.line()).startsWith("MSG $SYS.ACCOUNT.B_C.CONNECT 1 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeSilentWithoutASystemAccount(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                options -> Configured.into(options, "no_system_account: true"));
                Connection client = Nats.connect(server.clientUrl())) {
            for (String subject : List.of("$SYS.REQ.SERVER.PING", "$SYS.REQ.USER.INFO")) {
                Message answer = client.request(subject, new byte[0], SOON);
                assertThat(answer == null || answer.isStatusMessage()).as(subject).isTrue();
            }
        }
    }

    @Test
    void shouldAskAllServersOfACluster() throws Exception {
        try (NatsServers servers = cluster(3)) {
            servers.awaitMesh();
            try (Connection admin = connect(servers.server(0), "admin")) {
                for (int i = 0; i < 3; i++) {
                    String id = servers.server(i).id();
                    ask(admin, "$SYS.REQ.SERVER." + id + ".IDZ", "");
                }
                Subscription answers = admin.subscribe("answers");
                admin.publish("$SYS.REQ.SERVER.PING", "answers", new byte[0]);
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    String answer = text(answers.nextMessage(SOON));
                    ids.add(answer.replaceAll("(?s).*?\"id\":\"(\\w+)\".*", "$1"));
                }
                assertThat(ids)
                        .containsExactlyInAnyOrder(
                                servers.server(0).id(),
                                servers.server(1).id(),
                                servers.server(2).id());
            }
        }
    }
}
