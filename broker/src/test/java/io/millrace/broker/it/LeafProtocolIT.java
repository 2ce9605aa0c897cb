package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a hub says to those who connect to be leaf nodes, and to whoever else comes. */
class LeafProtocolIT {
    private static final String PLAIN = "compression: off";
    private static final String VIOLATION = "-ERR 'Authorization Violation'\r\n";

    private final LogLines log = new LogLines();

    private static String connect(String more) {
        return "CONNECT {\"name\":\"L\",\"server_id\":\"NL\",\"cluster\":\"LC\",\"headers\":true,"
                + "\"version\":\"2.15.0\",\"protocol\":3,\"remote_account\":\"$G\""
                + more
                + "}\r\n";
    }

    /** Connects, presents itself, and reads what it is told then. */
    private static RawClient joined(NatsServer hub, String more) throws Exception {
        RawClient leaf = new RawClient(hub.leafPort());
        leaf.send(connect(more));
        assertThat(leaf.line()).contains("\"connect_info\":true");
        fence(leaf);
        return leaf;
    }

    /** Whatever was said before has been heard. */
    private static void fence(RawClient leaf) throws Exception {
        leaf.send("PING\r\n");
        String line = leaf.line();
        while (!line.equals("PONG\r\n")) {
            assertThat(line).as("told meanwhile").matches("(?:LS\\+ .*|PING)\\r\\n");
            line = leaf.line();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGreetAndLetIn(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient leaf = new RawClient(hub.leafPort())) {
            String info = leaf.info();
            assertThat(info)
                    .startsWith("INFO {\"server_id\":\"" + hub.id() + "\",\"server_name\":\"HUB\",")
                    .contains(
                            "\"proto\":3,",
                            "\"host\":\"127.0.0.1\",\"port\":" + hub.leafPort() + ",",
                            "\"headers\":true,\"auth_required\":true,\"max_payload\":1048576,"
                                    + "\"ip\":\"127.0.0.1:",
                            "\"client_id\":",
                            "\"nonce\":\"",
                            "\"compression\":\"off\",\"info_on_connect\":true,"
                                    + "\"leafnode_urls\":[\"127.0.0.1:"
                                    + hub.leafPort()
                                    + "\"]} \r\n");
            leaf.send(connect(""));
            assertThat(leaf.line())
                    .startsWith("INFO {\"server_id\":\"" + hub.id())
                    .contains("\"connect_info\":true,\"remote_account\":\"$G\",")
                    .doesNotContain("\"nonce\"", "\"compression\"", "\"import\"", "acc_is_sys");
            fence(leaf);
            log.await("[INF]", "Leafnode connection created");
            log.await("[INF]", "lid:", "JetStream using domains: local \"\", remote \"\"");
        }
        log.await("[INF]", "Leafnode connection closed: ", " - Remote: L");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayOfAnAccountWhatMayCross(Mode mode) throws Exception {
        String users =
                """
                accounts { A { users: [{user: a, password: x, permissions: {
                  publish: {allow: "out.>", deny: "out.no"}, subscribe: "in.>" }}] } }
                """;
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, users);
                RawClient leaf = new RawClient(hub.leafPort())) {
            leaf.send(connect(",\"user\":\"a\",\"pass\":\"x\""));
            assertThat(leaf.line())
                    .contains(
                            "\"remote_account\":\"A\",",
                            "\"import\":{\"allow\":[\"in.\\u003e\"]},"
                                    + "\"export\":{\"allow\":[\"out.\\u003e\"],"
                                    + "\"deny\":[\"out.no\"]},");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetInWhoProvesIt(Mode mode) throws Exception {
        String users =
                """
                accounts {
                  A { users: [{user: a, password: x}] }
                  B { users: [{user: b, password: x, allowed_connection_types: [LEAFNODE]}] }
                  C { users: [{user: c, password: x, allowed_connection_types: [STANDARD]}] }
                }
                """;
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, users)) {
            refused(hub, connect(""));
            refused(hub, connect(",\"user\":\"a\",\"pass\":\"y\""));
            refused(hub, connect(",\"user\":\"c\",\"pass\":\"x\""));
            joined(hub, ",\"user\":\"a\",\"pass\":\"x\"").close();
            joined(hub, ",\"user\":\"b\",\"pass\":\"x\"").close();
            log.await("[ERR]", "lid:", "authentication error - User \"a\"");
        }
    }

    private static void refused(NatsServer hub, String said) throws Exception {
        try (RawClient leaf = new RawClient(hub.leafPort())) {
            leaf.send(said);
            assertThat(leaf.line()).isEqualTo(VIOLATION);
            leaf.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKnowTheUsersOfItsOwnBlockOnly(Mode mode) throws Exception {
        String block =
                PLAIN
                        + "\nauthorization { users: [{user: u, password: p, account: A},"
                        + " {user: v, password: q}] }";
        String accounts = "accounts { A { users: [{user: a, password: x}] } }\n";
        try (NatsServer hub = Leafs.hub(mode, log, block, accounts)) {
            refused(hub, connect(",\"user\":\"a\",\"pass\":\"x\""));
            refused(hub, connect(",\"user\":\"u\",\"pass\":\"q\""));
            try (RawClient leaf = new RawClient(hub.leafPort())) {
                leaf.send(connect(",\"user\":\"u\",\"pass\":\"p\""));
                assertThat(leaf.line()).contains("\"remote_account\":\"A\"");
            }
            try (RawClient leaf = new RawClient(hub.leafPort())) {
                leaf.send(connect(",\"user\":\"v\",\"pass\":\"q\""));
                assertThat(leaf.line()).contains("\"remote_account\":\"$G\"");
            }
        }
    }

    /** The document's: a token stands in the user's place of the URL. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeAToken(Mode mode) throws Exception {
        try (NatsServer hub =
                Leafs.hub(mode, log, PLAIN, "authorization { token: \"s3cr3t\" }\n")) {
            refused(hub, connect(",\"user\":\"s3cr3t\""));
            joined(hub, ",\"user\":\"s3cr3t\",\"auth_token\":\"s3cr3t\"").close();
        }
    }

    // --- CVE-2026-29785, 33218, GHSA-3g5q: nothing but one INFO and one CONNECT comes first

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearNothingElseBeforeConnect(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, "", "")) {
            for (String first :
                    new String[] {
                        "LS+ foo\r\n",
                        "LS- foo\r\n",
                        "LMSG foo 0\r\n\r\n",
                        "PING\r\n",
                        "PONG\r\n",
                        "-ERR 'x'\r\n",
                        "+OK\r\n",
                        "HMSG a 12 12\r\nNATS/1.0\r\n\r\n\r\n"
                    }) {
                refused(hub, first);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearNoInfoWhereNothingIsCompressed(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "")) {
            refused(hub, "INFO {\"compression\":\"s2_fast\"}\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearInfoOnce(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, "", "")) {
            refused(hub, "INFO {\"compression\":\"off\"}\r\nINFO {\"compression\":\"off\"}\r\n");
            try (RawClient leaf = new RawClient(hub.leafPort())) {
                leaf.send("INFO {\"compression\":\"off\"}\r\n" + connect(""));
                assertThat(leaf.line()).contains("\"connect_info\":true");
                fence(leaf);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearConnectOnce(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient leaf = joined(hub, "")) {
            leaf.send(connect(""));
            String line = leaf.line();
            while (line.startsWith("LS+ ") || line.equals("PING\r\n")) {
                line = leaf.line();
            }
            assertThat(line).isEqualTo(VIOLATION);
            leaf.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseCompressionNobodyKnows(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, "", "");
                RawClient leaf = new RawClient(hub.leafPort())) {
            leaf.send("INFO {\"compression\":\"zstd\"}\r\n");
            assertThat(leaf.line())
                    .isEqualTo("-ERR 'unsupported route compression mode \"zstd\"'\r\n");
            leaf.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotWaitForeverForConnect(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, "authorization { timeout: \"100ms\" }", "");
                RawClient leaf = new RawClient(hub.leafPort())) {
            assertThat(leaf.line()).isEqualTo("-ERR 'Authentication Timeout'\r\n");
            leaf.expectClosed();
        }
    }

    // --- who is wrong here

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOthersThatThisIsThePortOfLeafNodes(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "")) {
            turnedAway(
                    hub,
                    "CONNECT {\"lang\":\"go\",\"verbose\":false}\r\n",
                    "attempted to connect to leaf node port");
            turnedAway(
                    hub,
                    connect(",\"gateway\":\"G\""),
                    "Rejecting connection from gateway \"G\" on the leafnode port");
            log.await("[ERR]", "attempted to connect to leaf node port");
            log.await("[INF]", "closed: Incorrect Port");
            log.await("[INF]", "closed: Wrong Gateway");
        }
    }

    private static void turnedAway(NatsServer hub, String said, String why) throws Exception {
        try (RawClient leaf = new RawClient(hub.leafPort())) {
            leaf.send(said);
            String line = leaf.line();
            if (line.startsWith("INFO {")) {
                line = leaf.line();
            }
            assertThat(line).isEqualTo("-ERR '" + why + "'\r\n");
            leaf.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseClustersThatCantBe(Mode mode) throws Exception {
        String cluster = "cluster { name: LC, listen: \"127.0.0.1:-1\" }\n";
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, cluster)) {
            turnedAway(hub, connect(""), "remote leafnode has same cluster name");
            turnedAway(
                    hub,
                    connect("").replace("\"LC\"", "\"a b\""),
                    "cluster name cannot contain spaces");
            turnedAway(hub, connect("").replace("\"LC\"", "\"_\""), "cluster name is reserved");
            log.await("[INF]", "closed: Cluster Names Identical");
        }
    }

    /** Routes are told names of clusters in their lines: nothing in a name may end one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseNamesOfClustersThatWouldBreakALine(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "")) {
            String spaces = "cluster name cannot contain spaces";
            for (String each :
                    new String[] {"a\\r\\nRS+ $G >", "a\\nb", "a\\tb", "\\u0000", "a\\u007f"}) {
                turnedAway(hub, ofCluster(each), spaces);
            }
            turnedAway(hub, ofCluster("x".repeat(256)), "cluster name is too long");
            turnedAway(hub, ofCluster("\u00e9".repeat(128)), "cluster name is too long");
            try (RawClient leaf = new RawClient(hub.leafPort())) {
                leaf.send(ofCluster("x".repeat(255)));
                assertThat(leaf.line()).contains("\"connect_info\":true");
            }
        }
    }

    private static String ofCluster(String name) {
        return connect("").replace("\"LC\"", "\"" + name + "\"");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseOlderVersions(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN + "\nmin_version: \"2.10.0\"", "")) {
            String why = "connection rejected since minimum version required is \"2.10.0\"";
            turnedAway(hub, connect("").replace("2.15.0", "2.9.9"), why);
            turnedAway(hub, connect("").replace("2.15.0", "x"), why);
            joined(hub, "").close();
            log.await("[INF]", "closed: Minimum Version Required");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldReplaceTheConnectionThatTheSameServerHadBefore(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient before = joined(hub, "");
                RawClient after = joined(hub, "")) {
            String line = before.line();
            while (line.startsWith("LS+ ") || line.equals("PING\r\n")) {
                line = before.line();
            }
            assertThat(line).isEqualTo("-ERR 'Duplicate Remote LeafNode Connection'\r\n");
            before.expectClosed();
            fence(after);
            log.await("[WRN]", "Replacing connection from same server");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldAccountsToTheirNumberOfLeafNodes(Mode mode) throws Exception {
        String accounts =
                "accounts { A { users: [{user: a, password: x}], limits {max_leafnodes: 1} } }\n";
        String login = ",\"user\":\"a\",\"pass\":\"x\"";
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, accounts);
                RawClient leaf = joined(hub, login)) {
            turnedAway(
                    hub,
                    connect(login).replace("\"L\"", "\"M\""),
                    "maximum account active connections exceeded");
            fence(leaf);
        }
    }
}
