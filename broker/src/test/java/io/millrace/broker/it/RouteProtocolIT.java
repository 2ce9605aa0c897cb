package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The route protocol byte by byte: the test is the other server. */
class RouteProtocolIT {
    private static final String CONNECT =
            "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,\"tls_required\":false,"
                    + "\"headers\":true,\"name\":\"NPEER\",\"cluster\":\"C\"}\r\n";
    private static final String INFO =
            "INFO {\"server_id\":\"NPEER\",\"server_name\":\"peer\",\"version\":\"2.15.2\","
                    + "\"proto\":3,\"go\":\"go1.26\",\"host\":\"127.0.0.1\",\"port\":1,"
                    + "\"headers\":true,\"max_payload\":1048576,\"cluster\":\"C\","
                    + "\"connect_urls\":[\"1.2.3.4:4222\"],\"compression\":\"off\"%s} \r\n";
    private static final String POOLED = ",\"route_pool_size\":3";

    /** The place of the global account, by the hash of its name. */
    private static final String GLOBAL = POOLED + ",\"route_pool_idx\":2";

    private static NatsServer start(Mode mode) throws IOException {
        return Cluster.start(mode, cluster -> cluster);
    }

    private static NatsServer start(Mode mode, LogLines log) throws IOException {
        return Cluster.start(mode, log, cluster -> cluster);
    }

    /** Another server that has dialed this one and is taken in, for the global account. */
    private static RawClient peer(NatsServer server) throws IOException {
        return peer(server, GLOBAL);
    }

    private static RawClient peer(NatsServer server, String more) throws IOException {
        RawClient peer = new RawClient(server.clusterPort());
        peer.send(CONNECT);
        peer.send(INFO.formatted(more));
        peer.fence();
        return peer;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldIntroduceItselfToWhoDials(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient peer = new RawClient(server.clusterPort())) {
            assertThat(peer.info())
                    .startsWith(
                            "INFO {\"server_id\":\""
                                    + server.id()
                                    + "\",\"server_name\":\""
                                    + server.name()
                                    + "\",\"version\":")
                    .contains("\"host\":\"127.0.0.1\",\"port\":" + server.clusterPort())
                    .contains("\"headers\":true,\"max_payload\":1048576")
                    .contains("\"cluster\":\"C\"")
                    .contains("\"connect_urls\":[\"127.0.0.1:" + server.port() + "\"]")
                    .endsWith(
                            "\"compression\":\"accept\",\"lnoc\":true,\"lnocu\":true,\"ln\":true,\"route_pool_size\":3} \r\n")
                    .doesNotContain("route_pool_idx", "route_account");
        }
    }

    /** It would say it of itself where names of clusters stand in lines. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeOverANameThatWouldBreakALine(Mode mode) throws Exception {
        try (NatsServer server = Cluster.start(mode, cluster -> cluster.name(""))) {
            String refused = "-ERR 'Rejecting connection, cluster name \"%s\" does not match \"";
            for (String each : new String[] {"a\\r\\nRS+", "a b", "x".repeat(256)}) {
                try (RawClient peer = new RawClient(server.clusterPort())) {
                    peer.send(CONNECT.replace("\"C\"", "\"" + each + "\""));
                    assertThat(peer.line()).startsWith(refused.formatted(each));
                    peer.expectClosed();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowWhatAServerSentThatIsNoOperation(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = start(mode, log);
                RawClient peer = peer(server)) {
            peer.send("NONSENSE {\"pass\":\"hush\"}\r\n");
            peer.readToEnd();
            assertThat(log.await("[ERR]", "parser ERROR"))
                    .endsWith(" - Router parser ERROR: proto='NONSENSE ...'");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassOnRunsOfOneSubjectInOrder(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = RawClient.connected(server);
                RawClient other = RawClient.connected(server);
                RawClient peer = peer(server)) {
            client.send("SUB x 1\r\n");
            client.fence();
            other.send("SUB * 22\r\n");
            other.fence();
            peer.expect("RS+ $G x\r\nRS+ $G *\r\n");
            peer.send("RS+ $G x\r\n");
            peer.fence();
            // From here, for both and for the other server; then from there, for both alone.
            client.send("PUB x 1\r\na\r\nPUB x 2\r\nbc\r\nPUB x 0\r\n\r\nPUB y 1\r\nd\r\n");
            peer.expect("RMSG $G x 1\r\na\r\nRMSG $G x 2\r\nbc\r\nRMSG $G x 0\r\n\r\n");
            peer.send(
                    "RMSG $G x 1\r\ne\r\nRMSG $G x 1\r\nf\r\nRMSG none x 1\r\ng\r\n"
                            + "RMSG $G x 1\r\nh\r\nRMSG $G x | q 1\r\ni\r\n");
            peer.fence();
            client.expect("MSG x 1 1\r\na\r\nMSG x 1 2\r\nbc\r\nMSG x 1 0\r\n\r\n");
            other.expect("MSG x 22 1\r\na\r\nMSG x 22 2\r\nbc\r\nMSG x 22 0\r\n\r\n");
            other.expect("MSG y 22 1\r\nd\r\n");
            for (String payload : List.of("e", "f", "h", "i")) {
                client.expect("MSG x 1 1\r\n" + payload + "\r\n");
                other.expect("MSG x 22 1\r\n" + payload + "\r\n");
            }
            client.fence();
            other.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldExchangeInterestAndMessages(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = RawClient.connected(server);
                RawClient other = RawClient.connected(server)) {
            client.send("SUB a 1\r\nSUB b q 2\r\nSUB c.* 3\r\n");
            client.fence();
            // what is there already comes in any order
            RawClient peer = new RawClient(server.clusterPort());
            peer.send(CONNECT);
            peer.send(INFO.formatted(GLOBAL));
            assertThat(new String[] {peer.line(), peer.line(), peer.line()})
                    .containsExactlyInAnyOrder(
                            "RS+ $G a\r\n", "RS+ $G b q 1\r\n", "RS+ $G c.*\r\n");

            other.send("SUB a 1\r\nSUB b q 2\r\n");
            other.fence();
            peer.expect("RS+ $G b q 2\r\n");
            other.send("UNSUB 1\r\nUNSUB 2\r\n");
            other.fence();
            peer.expect("RS+ $G b q 1\r\n");
            client.send("UNSUB 1\r\nUNSUB 2\r\n");
            client.fence();
            peer.expect("RS- $G a\r\nRS- $G b q\r\n");

            peer.send("RMSG $G c.x 2\r\nhi\r\nHMSG $G c.y r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
            client.expect("MSG c.x 3 2\r\nhi\r\nHMSG c.y 3 r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");

            peer.send("RS+ $G x\r\nRS+ $G y.> q 3\r\n");
            peer.fence();
            client.send(
                    "PUB x 1\r\n1\r\nPUB y.z r 1\r\n2\r\nHPUB y.z 12 13\r\nNATS/1.0\r\n\r\n3\r\n");
            peer.expect(
                    "RMSG $G x 1\r\n1\r\n"
                            + "RMSG $G y.z + r q 1\r\n2\r\n"
                            + "HMSG $G y.z | q 12 13\r\nNATS/1.0\r\n\r\n3\r\n");
            peer.send("RS- $G x\r\nRS- $G y.> q\r\n");
            peer.fence();
            client.send("PUB x 1\r\n1\r\n");
            client.fence();
            peer.fence();
            peer.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveRoutedMessagesOnlyToTheQueueGroupsTheyName(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = RawClient.connected(server);
                RawClient peer = peer(server)) {
            client.send("SUB a one 1\r\nSUB a two 2\r\nSUB a 3\r\n");
            client.fence();
            for (int i = 0; i < 3; i++) {
                peer.line();
            }
            peer.send("RMSG $G a 1\r\n1\r\n");
            client.expect("MSG a 3 1\r\n1\r\n");
            client.fence();
            peer.send("RMSG $G a | two three 1\r\n2\r\n");
            assertThat(new String[] {client.line() + client.line(), client.line() + client.line()})
                    .containsExactlyInAnyOrder("MSG a 3 1\r\n2\r\n", "MSG a 2 1\r\n2\r\n");
            peer.send("RMSG $G a + r one two 1\r\n3\r\n");
            for (int i = 0; i < 3; i++) {
                assertThat(client.line()).matches("MSG a [123] r 1\r\n");
                client.expect("3\r\n");
            }
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveHeadersOutForAServerThatDoesNotKnowThem(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = RawClient.connected(server);
                RawClient peer = new RawClient(server.clusterPort())) {
            peer.send(CONNECT);
            peer.send(INFO.formatted(GLOBAL).replace("\"headers\":true", "\"headers\":false"));
            peer.send("RS+ $G a\r\nRS+ $G b q 1\r\n");
            peer.fence();
            client.send(
                    "HPUB a r 15 17\r\nNATS/1.0\r\nk:v\r\nhi\r\n"
                            + "HPUB b 15 17\r\nNATS/1.0\r\nk:v\r\nhi\r\n");
            peer.expect("RMSG $G a r 2\r\nhi\r\nRMSG $G b | q 2\r\nhi\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetCrossOnlyWhatMay(Mode mode) throws Exception {
        RoutePermissions permissions =
                new RoutePermissions(
                        new SubjectRules(List.of("in.>"), List.of("in.secret")),
                        new SubjectRules(null, List.of("out.secret")));
        LogLines log = new LogLines();
        try (NatsServer server =
                        Cluster.start(mode, log, cluster -> cluster.permissions(permissions));
                RawClient client = RawClient.connected(server)) {
            client.send("SUB in.early 1\r\nSUB early 2\r\n");
            client.fence();
            try (RawClient peer = new RawClient(server.clusterPort())) {
                assertThat(peer.info())
                        .contains(
                                "\"import\":{\"allow\":[\"in.\\u003e\"],\"deny\":[\"in.secret\"]}")
                        .contains("\"export\":{\"deny\":[\"out.secret\"]}");
                peer.send(CONNECT);
                peer.send(INFO.formatted(GLOBAL));
                peer.expect("RS+ $G in.early\r\n");
                client.send("SUB in.a 3\r\nSUB in.secret 4\r\nSUB > 5\r\nUNSUB 4\r\nUNSUB 3\r\n");
                client.fence();
                peer.expect("RS+ $G in.a\r\nRS- $G in.a\r\n");
                peer.send("RS+ $G out.secret\r\nRS+ $G out.* q 1\r\n");
                peer.fence();
                log.await("Can not export \"out.secret\", ignoring remote subscription request");
                client.send("UNSUB 5\r\nPUB out.secret 1\r\n1\r\nPUB out.public 1\r\n2\r\n");
                peer.expect("RMSG $G out.public | q 1\r\n2\r\n");
            }
        }
    }

    /** Its last member has gone while the message was on its way: somebody else has one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassOnWhatIsForAQueueGroupThatLeft(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient peer = peer(server);
                RawClient third = new RawClient(server.clusterPort())) {
            third.send(CONNECT.replace("NPEER", "NTHIRD"));
            third.send(INFO.formatted(GLOBAL).replace("NPEER", "NTHIRD").replace("peer", "third"));
            third.send("RS+ $G job w 2\r\n");
            // word of the third server
            assertThat(peer.lineAfterPing()).startsWith("INFO {\"server_id\":\"NTHIRD\"");
            third.fence();
            peer.send("RMSG $G job + re w 2\r\nhi\r\n");
            third.expect("RMSG $G job + re _second_hand_ w 2\r\nhi\r\n");
            // not what is for all
            third.send("RS+ $G plain\r\n");
            third.fence();
            peer.send("RMSG $G plain 2\r\nhi\r\n");
            peer.fence();
            third.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassOnTheWordOfANewServer(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient peer = peer(server);
                RawClient third = new RawClient(server.clusterPort())) {
            third.send(CONNECT.replace("NPEER", "NTHIRD"));
            third.send(INFO.formatted(POOLED).replace("NPEER", "NTHIRD").replace("peer", "third"));
            assertThat(peer.line())
                    .startsWith("INFO {\"server_id\":\"NTHIRD\",\"server_name\":\"third\"")
                    .contains("\"ip\":\"nats-route://127.0.0.1:1/\"", "\"gossip_mode\":1")
                    .contains("\"connect_urls\":[\"1.2.3.4:4222\"]", "\"cluster\":\"C\"");
            third.fence();
        }
    }

    /** The account's lines don't name it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKnowTheRouteOfOneAccount(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient pool = peer(server);
                RawClient system = new RawClient(server.clusterPort())) {
            system.send(CONNECT);
            system.send(INFO.formatted(POOLED + ",\"route_account\":\"$SYS\""));
            Modes.await("both", () -> server.routeCount() == 2);
            system.send("RS+ b.> \r\nRS+ a q 2\r\nRMSG x 2\r\nhi\r\nPING\r\n");
            String line = system.line();
            while (line.startsWith("RS+ $SYS.")) {
                line = system.line();
            }
            assertThat(line).isEqualTo("PONG\r\n");
            assertThat(server.subscriptionCount()).isEqualTo(2);
            pool.fence();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "INFO {} => -ERR 'Authorization Violation' => Authentication Failure",
                "PING => -ERR 'Authorization Violation' => Authentication Failure",
                "GET / HTTP/1.1 => -ERR 'Authorization Violation' => Authentication Failure",
                "CONNECT {\"lang\":\"go\",\"version\":\"1\"} => -ERR 'attempted to connect to route"
                        + " port' => Incorrect Port",
                "CONNECT {\"gateway\":\"GW\"} => -ERR 'Rejecting connection from gateway \"GW\" on"
                        + " the Route port' => Wrong Gateway",
                "CONNECT {\"cluster\":\"D\"} => -ERR 'Rejecting connection, cluster name \"D\" does"
                        + " not match \"C\"' => Cluster Name Conflict",
                "CONNECT {\"cluster\":\"_\"} => -ERR 'Rejecting connection, cluster name \"_\" is"
                        + " reserved' => Cluster Name Conflict",
                "CONNECT {\"account\":\"A\",\"cluster\":\"C\"} => -ERR 'Authorization Violation' =>"
                        + " Authentication Failure",
            })
    void shouldTurnAwayWhoIsNoServerOfTheCluster(String sent, String answer, String reason)
            throws Exception {
        for (Mode mode : Mode.values()) {
            LogLines log = new LogLines();
            try (NatsServer server = start(mode, log);
                    RawClient peer = new RawClient(server.clusterPort())) {
                peer.send(sent + "\r\n");
                assertThat(peer.line()).isEqualTo(answer + "\r\n");
                peer.expectClosed();
                log.await("Router connection closed: " + reason);
                assertThat(server.routeCount()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "FOO => -ERR 'Unknown Protocol Operation' => Protocol Violation",
                "SUB a 1 => -ERR 'Unknown Protocol Operation' => Protocol Violation",
                "LS* o $G a => -ERR 'Unknown Protocol Operation' => Protocol Violation",
                "RS+ $G =>  => Protocol Violation",
                "RS- $G a q 3 =>  => Protocol Violation",
                "RMSG $G foo =>  => Protocol Violation",
                "RMSG $G foo x 3 2 4 =>  => Protocol Violation",
                "RMSG $G foo abc =>  => Protocol Violation",
                "HMSG $G foo 30 3 =>  => Protocol Violation",
                "RMSG $G foo 999999999 => -ERR 'Maximum Payload Violation' => Maximum Message"
                        + " Payload Exceeded",
                "-ERR 'Some Trouble' =>  => Parse Error",
                "INFO {nonsense =>  => Protocol Violation",
            })
    void shouldEndARouteThatBreaksTheProtocol(String sent, String answer, String reason)
            throws Exception {
        for (Mode mode : Mode.values()) {
            LogLines log = new LogLines();
            try (NatsServer server = start(mode, log);
                    RawClient peer = peer(server);
                    RawClient client = RawClient.connected(server)) {
                peer.send("RS+ $G a\r\n" + sent + "\r\n");
                if (answer != null) {
                    assertThat(peer.line()).isEqualTo(answer + "\r\n");
                }
                peer.expectClosed();
                log.await("Router connection closed: " + reason + " - Remote: peer");
                Modes.await("nothing is left of it", () -> server.subscriptionCount() == 0);
                client.send("PUB a 1\r\n1\r\n");
                client.fence();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                ",\"route_pool_size\":3,\"route_pool_idx\":3 => -ERR 'Invalid route pool index: 3"
                        + " - pool size is 3' => Protocol Violation",
                ",\"route_pool_size\":3,\"route_account\":\"NOPE\" => -ERR 'Unable to lookup"
                        + " account \"NOPE\": account missing' => Missing Account",
                ",\"route_pool_size\":3,\"route_account\":\"$G\" => -ERR 'No route for account"
                        + " \"$G\"' => Protocol Violation",
                ",\"route_account\":\"$SYS\" => -ERR 'Not possible to have a dedicated route for"
                        + " account \"$SYS\" between those servers' => Protocol Violation",
                ",\"cluster\":\"D\" =>  => Cluster Name Conflict",
                ",\"compression\":\"zstd\" => -ERR 'unsupported route compression mode \"zstd\"' =>"
                        + " Protocol Violation",
            })
    void shouldTurnAwayRoutesThatHaveNoPlace(String more, String answer, String reason)
            throws Exception {
        for (Mode mode : Mode.values()) {
            LogLines log = new LogLines();
            try (NatsServer server = start(mode, log);
                    RawClient peer = new RawClient(server.clusterPort())) {
                peer.send(CONNECT);
                peer.send(INFO.formatted(more));
                if (answer != null) {
                    assertThat(peer.line()).isEqualTo(answer + "\r\n");
                }
                peer.expectClosed();
                log.await("Router connection closed: " + reason);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayASecondRouteForTheSamePlace(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = start(mode, log);
                RawClient peer = peer(server);
                RawClient again = new RawClient(server.clusterPort())) {
            again.send(CONNECT);
            again.send(INFO.formatted(GLOBAL));
            again.expectClosed();
            log.await("Detected duplicate remote route \"NPEER\"");
            log.await("Router connection closed: Duplicate Route");
            peer.fence();
            try (RawClient next = peer(server, POOLED + ",\"route_pool_idx\":1")) {
                next.fence();
                assertThat(server.routeCount()).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeAnotherServerOfItsOwnName(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = start(mode, log);
                RawClient peer = new RawClient(server.clusterPort())) {
            peer.send(CONNECT);
            peer.send(INFO.formatted(POOLED).replace("\"peer\"", '"' + server.name() + '"'));
            peer.expectClosed();
            log.await("Remote server has a duplicate name: \"" + server.name() + '"');
            log.await("Router connection closed: Duplicate Server Name");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLogWhatIsAboutAccountsItDoesNotHave(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = start(mode, log);
                RawClient peer = peer(server)) {
            peer.send("RS+ NOPE foo\r\nRS- NOPE foo\r\nRMSG NOPE foo 2\r\nhi\r\n");
            peer.fence();
            log.await("[ERR]", "Unknown account \"NOPE\" for remote subject \"foo\"");
            assertThat(server.subscriptionCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotWaitForeverForWhoMustSayWhoItIs(Mode mode) throws Exception {
        try (NatsServer server =
                        Cluster.start(
                                mode,
                                cluster ->
                                        cluster.username("u")
                                                .password(new Secret("p"))
                                                .authTimeout(Duration.ofMillis(100)));
                RawClient peer = new RawClient(server.clusterPort())) {
            assertThat(peer.info()).contains("\"auth_required\":true");
            assertThat(peer.line()).isEqualTo("-ERR 'Authentication Timeout'\r\n");
            peer.expectClosed();
        }
    }

    /** What is said to a server that was dialed, and how the pool and the account follow. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSpeakFirstToAServerThatItDials(Mode mode) throws Exception {
        try (ServerSocket listening = RawClient.listen();
                NatsServer server =
                        Cluster.start(
                                mode,
                                cluster ->
                                        cluster.routes(
                                                List.of(
                                                        RouteUrl.parse(
                                                                "nats-route://u:p@127.0.0.1:"
                                                                        + listening
                                                                                .getLocalPort()))))) {
            int pooled = 0;
            int accounts = 0;
            List<RawClient> peers = new ArrayList<>();
            while (pooled + accounts < Cluster.ROUTES) {
                RawClient peer = RawClient.dialed(listening, INFO.formatted(POOLED));
                peers.add(peer);
                assertThat(peer.info())
                        .isEqualTo(
                                "CONNECT {\"echo\":true,\"verbose\":false,\"pedantic\":false,"
                                        + "\"user\":\"u\",\"pass\":\"p\",\"tls_required\":false,"
                                        + "\"headers\":true,\"name\":\""
                                        + server.id()
                                        + "\",\"cluster\":\"C\",\"lnoc\":true,\"ln\":true}\r\n");
                String info = peer.line();
                assertThat(info)
                        .startsWith("INFO {\"server_id\":\"" + server.id())
                        .contains("\"compression\":\"off\"");
                if (info.contains("route_account")) {
                    assertThat(info).contains("\"route_account\":\"$SYS\"");
                    accounts++;
                } else {
                    String index = "\"route_pool_idx\":" + pooled;
                    assertThat(info.contains("route_pool_idx")).isEqualTo(pooled > 0);
                    assertThat(pooled == 0 || info.contains(index)).isTrue();
                    pooled++;
                    if (pooled < 3) {
                        peer.expect("PING\r\n");
                        peer.send("PONG\r\n");
                    }
                }
            }
            assertThat(accounts).isEqualTo(1);
            Cluster.awaitRoutes(Cluster.ROUTES, server);
            for (RawClient peer : peers) {
                peer.close();
            }
        }
    }
}
