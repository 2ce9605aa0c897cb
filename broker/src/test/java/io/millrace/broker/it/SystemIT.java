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
import java.util.regex.Pattern;

/** The system account of a running server: who asks there is answered, and hears what happens. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class SystemIT {
    private static final Duration SOON = JavaClients.LONG;

    private static final String CONFIG =
            """
            accounts {
              $SYS { users: [{user: admin, password: p}] }
              A { users: [{user: a, password: p}] }
              B { users: [{user: b, password: p}] }
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
                            "HEALTHZ",
                            "EXPVARZ",
                            "IPQUEUESZ",
                            "RAFTZ")) {
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

    private static void requestAll(Connection from, String subject, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            from.publish(subject, "nobody", new byte[0]);
        }
        from.flush(SOON);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerOneTenantWhileAnotherAsksWithoutEnd(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection greedy = connect(server, "a");
                Connection other = connect(server, "b")) {
            ask(other, "$SYS.REQ.SERVER.PING.CONNZ", "");
            ask(greedy, "$SYS.REQ.SERVER.PING.CONNZ", "");
            for (int round = 0; round < 10; round++) {
                requestAll(greedy, "$SYS.REQ.SERVER.PING.CONNZ", 10_000);
                Message answer = other.request("$SYS.REQ.SERVER.PING.CONNZ", new byte[0], SOON);
                assertThat(text(answer))
                        .contains("\"num_connections\":1,", "\"name\":\"of b\"")
                        .doesNotContain("of a");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellUsersOfTheirOwnAccountOnly(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection admin = connect(server, "admin");
                Connection user = connect(server, "a");
                Connection other = connect(server, "b")) {
            ask(admin, "$SYS.REQ.ACCOUNT.A.INFO", "");
            for (String subject :
                    List.of("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.CONNZ")) {
                assertThat(ask(user, subject, "{\"acc\":\"B\",\"auth\":true}"))
                        .contains("\"num_connections\":1,", "\"name\":\"of a\"")
                        .doesNotContain("of b", "of admin", "\"p\"");
            }
            assertThat(ask(other, "$SYS.REQ.ACCOUNT.PING.STATZ", ""))
                    .contains("[{\"acc\":\"B\",\"name\":\"B\",\"conns\":1,")
                    .doesNotContain("\"A\"");
            assertThat(ask(admin, "$SYS.REQ.ACCOUNT.PING.STATZ", ""))
                    .contains("\"acc\":\"A\"", "\"acc\":\"B\"", "\"acc\":\"$SYS\"");
            assertThat(ask(admin, "$SYS.REQ.ACCOUNT.A.STATZ", "")).contains("\"acc\":\"A\"");
            assertThat(ask(admin, "$SYS.REQ.ACCOUNT.A.CONNS", ""))
                    .contains("\"type\":\"io.nats.server.advisory.v1.account_connections\"");
            for (String subject :
                    List.of(
                            "$SYS.REQ.ACCOUNT.A.INFO",
                            "$SYS.REQ.ACCOUNT.A.CONNZ",
                            "$SYS.REQ.USER.A.INFO",
                            "$SYS.DEBUG.SUBSCRIBERS",
                            "$SYS.REQ.SERVER." + server.id() + ".KICK")) {
                Message refused =
                        user.request(subject, "{\"cid\":1}".getBytes(StandardCharsets.UTF_8), SOON);
                assertThat(refused == null || refused.isStatusMessage()).as(subject).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAClientAwayAndTellAnotherToGo(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "");
                Connection admin = connect(server, "admin");
                RawClient kicked = new RawClient(server);
                RawClient told = new RawClient(server)) {
            for (RawClient each : List.of(kicked, told)) {
                each.send(
                        "CONNECT {\"verbose\":false,\"protocol\":1,\"user\":\"a\",\"pass\":\"p\"}\r\n");
                each.fence();
                assertThat(each.line()).contains("\"connect_info\":true");
            }
            String connz = ask(admin, "$SYS.REQ.ACCOUNT.A.CONNZ", "");
            List<String> cids =
                    Pattern.compile("\"cid\":([0-9]+)")
                            .matcher(connz)
                            .results()
                            .map(found -> found.group(1))
                            .toList();
            assertThat(cids).hasSize(2);
            String prefix = "$SYS.REQ.SERVER." + server.id() + '.';
            String second = "{\"cid\":" + cids.get(1) + '}';
            assertThat(ask(admin, prefix + "LDM", second)).doesNotContain("error");
            assertThat(told.line())
                    .startsWith("INFO {")
                    .contains("\"ldm\":true", "\"remote_account\":\"A\"")
                    .doesNotContain("acc_is_sys");
            String first = "{\"cid\":" + cids.get(0) + '}';
            assertThat(ask(admin, prefix + "KICK", first)).doesNotContain("error");
            kicked.expectClosed();
            assertThat(ask(admin, "$SYS.REQ.ACCOUNT.A.CONNZ", "{\"state\":1}"))
                    .contains("\"cid\":" + cids.get(0), "\"reason\":\"Kicked\"");
            assertThat(ask(admin, prefix + "RELOAD", ""))
                    .contains("can only reload config when a file is provided");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellTheGlobalAccountWhoIsNotLetIn(Mode mode) throws Exception {
        String more = "authorization { users: [{user: g, password: p}] }";
        try (NatsServer server = start(mode, more);
                Connection admin = connect(server, "admin");
                Connection global = connect(server, "g");
                RawClient raw = new RawClient(server)) {
            ask(admin, "$SYS.REQ.SERVER.PING.IDZ", "");
            Subscription refusals = global.subscribe("$SYS.ACCOUNT.CLIENT.AUTH.ERR");
            Subscription operators = admin.subscribe("$SYS.SERVER.*.CLIENT.AUTH.ERR");
            global.flush(SOON);
            admin.flush(SOON);
            raw.send("CONNECT {\"verbose\":false,\"user\":\"a\",\"pass\":\"secret\"}\r\nPING\r\n");
            for (Subscription each : List.of(refusals, operators)) {
                assertThat(text(each.nextMessage(SOON)))
                        .contains("\"user\":\"a\"", "\"reason\":\"Authentication Failure\"")
                        .doesNotContain("secret");
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

    @Test
    void shouldAnswerForAllServers() throws Exception {
        try (NatsServers servers = cluster(2)) {
            servers.awaitMesh();
            try (Connection here = connect(servers.server(0), "a");
                    Connection there = connect(servers.server(1), "a");
                    Connection admin = connect(servers.server(0), "admin")) {
                String first = servers.server(0).id();
                String second = servers.server(1).id();
                ask(admin, "$SYS.REQ.SERVER." + second + ".IDZ", "");
                for (String subject :
                        List.of("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.STATZ")) {
                    Subscription answers = here.subscribe("of.all." + subject);
                    here.publish(subject, "of.all." + subject, new byte[0]);
                    String both = text(answers.nextMessage(SOON)) + text(answers.nextMessage(SOON));
                    assertThat(both).contains(first, second);
                }
                Subscription named = admin.subscribe("named");
                String filter = "{\"server_name\":\"" + servers.server(1).name() + "\"}";
                admin.publish(
                        "$SYS.REQ.SERVER.PING.IDZ",
                        "named",
                        filter.getBytes(StandardCharsets.UTF_8));
                admin.publish(
                        "$SYS.REQ.ACCOUNT.A.CONNZ",
                        "named",
                        filter.getBytes(StandardCharsets.UTF_8));
                List<String> heard = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    heard.add(text(named.nextMessage(SOON)));
                }
                assertThat(heard)
                        .filteredOn(each -> each.contains("\"num_connections\":1,"))
                        .singleElement()
                        .asString()
                        .contains(second);

                Subscription asked = there.subscribe("orders.*");
                admin.subscribe("orders.1");
                there.flush(SOON);
                try (Connection other = connect(servers.server(1), "admin")) {
                    other.subscribe("orders.1", "q");
                    other.subscribe("orders.1", "q");
                    other.flush(SOON);
                    Modes.await(
                            "those of both servers are counted",
                            () ->
                                    askQuietly(admin, "$SYS.DEBUG.SUBSCRIBERS", "orders.1")
                                            .equals("3"));
                    assertThat(ask(admin, "$SYS.DEBUG.SUBSCRIBERS", "orders.1 q")).isEqualTo("2");
                    assertThat(ask(admin, "$SYS.DEBUG.SUBSCRIBERS", "orders.>")).isEqualTo("3");
                }
                assertThat(asked.isActive()).isTrue();
            }
        }
    }

    private static String askQuietly(Connection connection, String subject, String body) {
        try {
            return ask(connection, subject, body);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
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
                Connection client = JavaClients.connect(server.clientUrl())) {
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
