package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.UnaryOperator;

/** What accounts are held to, and what becomes of it when that changes. */
@SuppressWarnings("try") // what ends a test may also be its subject
class AccountLimitsIT {
    private static final String FULL = "-ERR 'maximum account active connections exceeded'\r\n";
    private static final String TOO_LARGE = "-ERR 'Maximum Payload Violation'\r\n";
    private static final String TOO_MANY = "-ERR 'maximum subscriptions exceeded'\r\n";
    private static final String TWENTY = "01234567890123456789";

    private final LogLines log = new LogLines();

    /** Accounts A, with these limits, and B, with none. */
    private static String accounts(String limits) {
        return """
        accounts {
          A { users: [{user: a, password: x}, {user: a2, password: x}], limits { %s } }
          B { users: [{user: b, password: x}] }
        }
        """
                .formatted(limits);
    }

    private NatsServer start(Mode mode, String config) throws IOException {
        return Modes.start(mode, log, options -> Configured.into(options.httpPort(-1), config));
    }

    private static void reload(NatsServer server, Mode mode, String config) throws IOException {
        OptionsBuilder options =
                new OptionsBuilder().host("127.0.0.1").port(-1).httpPort(-1).threading(mode);
        Configured.into(options, config);
        server.reload(options.conclude(2));
    }

    private static String connect(String user) {
        return "CONNECT {\"verbose\":false,\"protocol\":1,\"headers\":true,"
                + "\"no_responders\":true,\"user\":\""
                + user
                + "\",\"pass\":\"x\"}\r\n";
    }

    private static RawClient said(NatsServer server, String text) throws IOException {
        RawClient client = new RawClient(server);
        client.send(text);
        return client;
    }

    /** One that is in, and has read the INFO behind its first PONG. */
    private static RawClient login(NatsServer server, String user) throws IOException {
        RawClient client = said(server, connect(user));
        client.fence();
        assertThat(client.line()).startsWith("INFO {");
        return client;
    }

    private static void expectClosed(RawClient client, String error) throws IOException {
        assertThat(client.lineAfterPing()).isEqualTo(error);
        client.expectClosed();
    }

    private static String get(NatsServer server, String path) throws Exception {
        URI url = URI.create(server.monitorUrl() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    // --- connections

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAClientWhoseAccountIsFull(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts("max_connections: 2"));
                RawClient first = login(server, "a");
                RawClient second = login(server, "a2");
                RawClient other = login(server, "b");
                RawClient third = said(server, connect("a"))) {
            expectClosed(third, FULL);
            log.await("[ERR]", "cid:4 - maximum account active connections exceeded");
            log.await("Client connection closed: Maximum Account Connections Exceeded");
            assertThat(get(server, "/connz?state=closed&auth=1"))
                    .contains("\"reason\": \"Maximum Account Connections Exceeded\"")
                    .contains("\"authorized_user\": \"a\"", "\"account\": \"A\"");
            assertThat(get(server, "/accountz?acc=A")).contains("\"client_connections\": 2,");
            first.fence();
            other.fence();
            second.close();
            Modes.await("the second has gone", () -> server.clientCount() == 2);
            login(server, "a").close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoNothingThatAClientSaysBehindTheConnectThatIsRefused(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts("max_connections: 1"));
                RawClient inside = login(server, "a")) {
            inside.send("SUB > 1\r\n");
            inside.fence();
            try (RawClient refused =
                    said(server, connect("a") + "SUB > 1\r\nPUB t 2\r\nhi\r\nPING\r\n")) {
                expectClosed(refused, FULL);
            }
            inside.fence();
            Modes.await("it has gone", () -> server.clientCount() == 1);
            assertThat(server.subscriptionCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetAClientSayAgainWhoItIsThoughItsAccountIsFull(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts("max_connections: 1"));
                RawClient client = login(server, "a");
                RawClient moving = login(server, "b")) {
            client.send(connect("a2"));
            client.fence();
            moving.send("SUB t 1\r\n" + connect("a"));
            expectClosed(moving, FULL);
            client.fence();
            Modes.await("it has gone", () -> server.subscriptionCount() == 0);
            assertThat(get(server, "/accountz?acc=B")).contains("\"client_connections\": 0,");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountAnonymousAndInProcessClientsAsAnyOthers(Mode mode) throws Exception {
        String config = accounts("max_connections: 2") + "no_auth_user: a\n";
        try (NatsServer server = start(mode, config);
                RawClient anonymous = said(server, "PING\r\n");
                RawClient application = PipeSocket.open(server)) {
            anonymous.expect("PONG\r\n");
            application.send(connect("a2"));
            application.fence();
            try (RawClient third = said(server, "PING\r\n")) {
                expectClosed(third, FULL);
            }
            try (RawClient third = PipeSocket.open(server)) {
                third.send(connect("a"));
                expectClosed(third, FULL);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseTheNewestWhenAReloadLeavesRoomForFewer(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts("max_connections: 3"));
                RawClient first = login(server, "a");
                RawClient other = login(server, "b");
                RawClient second = login(server, "a2");
                RawClient third = login(server, "a")) {
            reload(server, mode, accounts("max_connections: 1"));
            expectClosed(second, FULL);
            expectClosed(third, FULL);
            first.fence();
            other.fence();
            reload(server, mode, accounts("max_connections: -1"));
            login(server, "a").close();
            first.fence();
        }
    }

    // --- subscriptions

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseMoreSubscriptionsThanEachClientOfTheAccountMayHave(Mode mode)
            throws Exception {
        try (NatsServer server = start(mode, accounts("max_subscriptions: 2"));
                RawClient first = login(server, "a");
                RawClient second = login(server, "a");
                RawClient other = login(server, "b")) {
            for (RawClient client : new RawClient[] {first, second}) {
                client.send("SUB x 1\r\nSUB x 2\r\nSUB x 3\r\nSUB x 1\r\nPING\r\n");
                client.expect(TOO_MANY + TOO_MANY + "PONG\r\n");
            }
            other.send("SUB x 1\r\nSUB x 2\r\nSUB x 3\r\n");
            other.fence();
            first.send("UNSUB 1\r\nSUB x 3\r\nPUB x 2\r\nhi\r\nPING\r\n");
            first.expect("MSG x 2 2\r\nhi\r\nMSG x 3 2\r\nhi\r\nPONG\r\n");
            log.await("[ERR]", "A/user:a", "maximum subscriptions exceeded");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldClientsToTheServersBoundWhereThatIsSmaller(Mode mode) throws Exception {
        String server = "max_subscriptions: 1\nmax_payload: 5\n";
        String limits = accounts("max_subscriptions: 2, max_payload: 20");
        try (NatsServer both = start(mode, server + limits);
                RawClient client = login(both, "a")) {
            client.send("SUB x 1\r\nSUB x 2\r\nPUB x 5\r\nhello\r\n");
            client.expect(TOO_MANY + "MSG x 1 5\r\nhello\r\n");
            client.send("PUB x 6\r\n");
            expectClosed(client, TOO_LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseClientsWithMoreSubscriptionsThanAReloadAllows(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts("max_subscriptions: 3"));
                RawClient many = login(server, "a");
                RawClient few = login(server, "a")) {
            many.send("SUB x 1\r\nSUB x 2\r\nSUB x 3\r\n");
            many.fence();
            few.send("SUB x 1\r\nSUB x 2\r\n");
            few.fence();
            reload(server, mode, accounts("max_subscriptions: 2"));
            expectClosed(many, TOO_MANY);
            log.await("Client connection closed: Maximum Subscriptions Exceeded");
            few.send("SUB x 3\r\nPING\r\n");
            few.expect(TOO_MANY + "PONG\r\n");
        }
    }

    // --- payload

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAtTheLineOfAMessageThatIsLargerThanTheAccountAllows(Mode mode)
            throws Exception {
        try (NatsServer server = start(mode, accounts("max_payload: 20"));
                RawClient other = login(server, "b")) {
            for (String line :
                    new String[] {"PUB t 21\r\n", "PUB t r 21\r\n", "HPUB t 12 21\r\n"}) {
                try (RawClient client = login(server, "a")) {
                    client.send("SUB t 1\r\nPUB t 20\r\n" + TWENTY + "\r\n");
                    client.expect("MSG t 1 20\r\n" + TWENTY + "\r\n");
                    client.send(line);
                    expectClosed(client, TOO_LARGE);
                }
            }
            log.await("[ERR]", "A/user:a", "maximum payload exceeded: 21 vs 20");
            log.await("Client connection closed: Maximum Message Payload Exceeded");
            try (RawClient client = said(server, connect("a") + "PUB t 21\r\n")) {
                expectClosed(client, TOO_LARGE);
            }
            other.send("SUB t 1\r\nPUB t 21\r\n" + TWENTY + "!\r\n");
            other.expect("MSG t 1 21\r\n" + TWENTY + "!\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellClientsHowLargeTheirPayloadsMayBe(Mode mode) throws Exception {
        String tight = accounts("max_payload: 20");
        try (NatsServer server = start(mode, tight);
                RawClient client = said(server, connect("a") + "PING\r\n");
                RawClient other = login(server, "b")) {
            assertThat(client.info()).contains("\"max_payload\":1048576,");
            client.expect("PONG\r\n");
            assertThat(client.line()).contains("\"max_payload\":20,", "\"remote_account\":\"A\"");
            reload(server, mode, accounts("max_payload: 10"));
            assertThat(client.line()).contains("\"max_payload\":10,");
            other.fence();
            reload(server, mode, "max_payload: 1000\n" + accounts("max_payload: 10"));
            assertThat(client.line()).contains("\"max_payload\":10,");
            assertThat(other.line()).contains("\"max_payload\":1000,");
            reload(server, mode, "max_payload: 1000\n" + accounts(""));
            assertThat(client.line()).contains("\"max_payload\":1000,");
            other.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldClientsToThePayloadThatAReloadAllows(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts("max_payload: 20"));
                RawClient client = said(server, connect("a"));
                RawClient second = said(server, connect("a"))) {
            client.fenceBeforeInfo();
            second.fenceBeforeInfo();
            reload(server, mode, accounts("max_payload: 30"));
            assertThat(client.line()).contains("\"max_payload\":30,");
            client.send("PUB t 21\r\n" + TWENTY + "!\r\n");
            client.fence();
            reload(server, mode, accounts("max_payload: 10"));
            assertThat(client.line()).contains("\"max_payload\":10,");
            client.send("PUB t 11\r\n");
            expectClosed(client, TOO_LARGE);
            reload(server, mode, accounts(""));
            second.send("SUB t 1\r\nPUB t 40\r\n" + TWENTY + TWENTY + "\r\n");
            for (String bytes : new String[] {"30,", "10,", "1048576,"}) {
                assertThat(second.line()).contains("\"max_payload\":" + bytes);
            }
            second.expect("MSG t 1 40\r\n" + TWENTY + TWENTY + "\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldAClientToThePayloadOfTheAccountThatItMovesTo(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts("max_payload: 20"));
                RawClient client = login(server, "a")) {
            client.send(connect("b") + "SUB t 1\r\nPUB t 21\r\n" + TWENTY + "!\r\n");
            client.expect("MSG t 1 21\r\n" + TWENTY + "!\r\n");
            client.send(connect("a") + "PUB t 21\r\n");
            expectClosed(client, TOO_LARGE);
        }
    }

    /** What another server let its client send is no concern of this one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeLargerMessagesOverARoute(Mode mode) throws Exception {
        try (NatsServer server = member(mode, cluster -> cluster, "max_payload: 20");
                NatsServer generous = member(mode, Cluster.knowing(server), "");
                RawClient subscriber = said(server, connect("a"));
                RawClient publisher = said(generous, connect("a"))) {
            Cluster.awaitMesh(server, generous);
            subscriber.fenceBeforeInfo();
            publisher.fenceBeforeInfo();
            subscriber.send("SUB t 1\r\n");
            subscriber.fence();
            Interest.await(publisher, "t");
            subscriber.expect("MSG t 1 " + Interest.REPLY + " 0\r\n\r\n");
            publisher.send("PUB t 21\r\n" + TWENTY + "!\r\n");
            subscriber.expect("MSG t 1 21\r\n" + TWENTY + "!\r\n");
        }
    }

    private static NatsServer member(
            Mode mode, UnaryOperator<ClusterOptions.Builder> change, String limits)
            throws IOException {
        return Cluster.start(mode, change, options -> Configured.into(options, accounts(limits)));
    }

    // --- nobody chooses an account

    /** CVE-2022-24450: who names an account, be it its own, is not let in. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMoveNobodyToTheAccountThatConnectNames(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts(""));
                RawClient inside = login(server, "a")) {
            inside.send("SUB > 1\r\n");
            inside.fence();
            for (String asked :
                    new String[] {
                        "\"account\":\"A\"",
                        "\"account\":\"B\"",
                        "\"account\":\"$SYS\"",
                        "\"account\":\"$G\"",
                        "\"new_account\":true",
                        "\"account\":\"new\",\"new_account\":true"
                    }) {
                String hopping =
                        "CONNECT {\"verbose\":false,\"user\":\"b\",\"pass\":\"x\"," + asked;
                try (RawClient client = said(server, hopping + "}\r\nPUB t 1\r\nx\r\n");
                        RawClient later = login(server, "b")) {
                    expectClosed(client, "-ERR 'Authorization Violation'\r\n");
                    later.send(hopping + "}\r\nPUB t 1\r\nx\r\n");
                    expectClosed(later, "-ERR 'Authorization Violation'\r\n");
                }
            }
            inside.fence();
            assertThat(get(server, "/accountz")).doesNotContain("\"new\"");
        }
    }
}
