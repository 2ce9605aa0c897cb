package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;

/** What accounts import from each other, at the hub and at the leaf node. */
@SuppressWarnings("try") // some only pass messages on
class LeafImportsIT {
    private final LogLines hubLog = new LogLines();
    private final LogLines log = new LogLines();

    private static final String BLOCK =
            "server_name: HUB\nleafnodes { listen: \"127.0.0.1:-1\" }\n";

    private static final String APART =
            """
            accounts {
              E { users: [{user: e, password: x}] }
              I { users: [{user: i, password: x}] }
            }
            """;

    private static final String SHARING =
            """
            accounts {
              E {
                users: [{user: e, password: x}]
                exports: [{stream: "s.>"}, {service: "req.>"}]
              }
              I {
                users: [{user: i, password: x}]
                imports: [
                  {stream: {account: E, subject: "s.>"}, prefix: in}
                  {service: {account: E, subject: "req.>"}, to: "ask.>"}
                ]
              }
            }
            """;

    /** A leaf node of the importing account asks the hub's exporter, and hears its stream. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldImportAtTheHub(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.start(mode, hubLog, BLOCK + SHARING);
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub, "i"), "", "");
                RawClient exporter = subscribed(hub, "e", "SUB req.* 1\r\n");
                RawClient there = subscribed(spoke, "", "SUB in.s.* 1\r\nSUB inbox 2\r\n")) {
            Interest.await(there, "ask.x");
            asked(exporter, "req.x");
            Interest.await(exporter, "s.1");
            there.expect("MSG in.s.1 1 probe 0\r\n\r\n");
            exporter.send("PUB s.2 2\r\nhi\r\n");
            there.expect("MSG in.s.2 1 2\r\nhi\r\n");
            shouldAnswer(there, exporter);
        }
    }

    private static void shouldAnswer(RawClient asks, RawClient answers) throws Exception {
        asks.send("PUB ask.y inbox 1\r\n?\r\n");
        answers.send("PUB " + asked(answers, "req.y") + " 1\r\n!\r\n");
        asks.expect("MSG inbox 2 1\r\n!\r\n");
    }

    /** Reads a request, be there headers or not; returns where it is to be answered. */
    private static String asked(RawClient client, String subject) throws Exception {
        String line = client.lineAfterPing();
        assertThat(line).containsPattern("^H?MSG " + subject + " 1 ");
        String[] words = line.strip().split(" ");
        client.skip(Integer.parseInt(words[words.length - 1]) + 2);
        return words[3];
    }

    /** Whatever the leaf node says of those behind it: it is the leaf node that asks. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayThatTheLeafNodeAsks(Mode mode) throws Exception {
        String sharing = SHARING.replace("to: \"ask.>\"", "to: \"ask.>\", share: true");
        try (NatsServer hub = Leafs.hub(mode, hubLog, "compression: off", sharing);
                RawLeaf leaf = RawLeaf.joined(hub, "L", ",\"user\":\"i\",\"pass\":\"x\"");
                RawClient exporter = subscribed(hub, "e", "SUB req.* 1\r\n")) {
            leaf.send("LMSG ask.x inbox 1\r\n?\r\n");
            assertThat(headersOfRequest(exporter))
                    .contains(
                            "\"acc\":\"I\",\"user\":\"i\",\"name\":\"L\",\"ver\":\"2.15.0\",",
                            "\"server\":\"HUB\",",
                            "\"kind\":\"Leafnode\"}\r\n")
                    .doesNotContain("client_type");
            String forged = "NATS/1.0\r\nnats-request-info: {\"acc\":\"ROOT\"}\r\nA: b\r\n\r\n";
            leaf.send("HMSG ask.x inbox %d %1$d\r\n%s\r\n".formatted(forged.length(), forged));
            assertThat(headersOfRequest(exporter))
                    .contains("\"acc\":\"I\",\"user\":\"i\",", "A: b\r\n")
                    .doesNotContain("ROOT");
        }
    }

    private static String headersOfRequest(RawClient exporter) throws Exception {
        String[] words = exporter.lineAfterPing().strip().split(" ");
        assertThat(words).startsWith("HMSG", "req.x");
        String headers =
                new String(exporter.read(Integer.parseInt(words[4])), StandardCharsets.UTF_8);
        exporter.skip(Integer.parseInt(words[5]) - Integer.parseInt(words[4]) + 2);
        return headers;
    }

    /** The exporter is at a leaf node, and the hub imports from there. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldImportFromALeafNode(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.start(mode, hubLog, BLOCK + SHARING);
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub, "e"), "", "");
                RawClient importer = subscribed(hub, "i", "SUB in.s.* 1\r\nSUB inbox 2\r\n");
                RawClient there = subscribed(spoke, "", "SUB req.* 1\r\n")) {
            Interest.await(there, "s.1");
            importer.expect("MSG in.s.1 1 probe 0\r\n\r\n");
            there.send("PUB s.2 2\r\nhi\r\n");
            importer.expect("MSG in.s.2 1 2\r\nhi\r\n");
            Interest.await(importer, "ask.x");
            asked(there, "req.x");
            shouldAnswer(importer, there);
        }
    }

    /** The leaf node has accounts that share, one of which is the hub's. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldImportAtTheLeafNode(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub), "account: E", SHARING);
                RawClient importer = subscribed(spoke, "i", "SUB in.s.* 1\r\nSUB inbox 2\r\n");
                RawClient here = subscribed(hub, "", "SUB req.* 1\r\n")) {
            Interest.await(here, "s.1");
            importer.expect("MSG in.s.1 1 probe 0\r\n\r\n");
            here.send("PUB s.2 2\r\nhi\r\n");
            importer.expect("MSG in.s.2 1 2\r\nhi\r\n");
            Interest.await(importer, "ask.x");
            asked(here, "req.x");
            shouldAnswer(importer, here);
        }
    }

    /** The hub's clients ask what the leaf node's account imports. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskWhatALeafNodeImports(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub), "account: I", SHARING);
                RawClient exporter = subscribed(spoke, "e", "SUB req.* 1\r\n");
                RawClient here = subscribed(hub, "", "SUB inbox 2\r\nSUB in.s.* 1\r\n")) {
            Interest.await(here, "ask.x");
            asked(exporter, "req.x");
            shouldAnswer(here, exporter);
            Interest.await(exporter, "s.1");
            here.expect("MSG in.s.1 1 probe 0\r\n\r\n");
        }
    }

    /** What a leaf node has told long ago gets what its account imports since a reload. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldImportSinceAReload(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.start(mode, hubLog, BLOCK + APART);
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub, "i"), "", "");
                RawClient exporter = subscribed(hub, "e", "");
                RawClient importer = subscribed(hub, "i", "");
                RawClient there =
                        subscribed(
                                spoke, "", "SUB in.s.* 1\r\nSUB in.s.> g 2\r\nSUB fence 3\r\n")) {
            Interest.await(importer, "fence");
            there.expect("MSG fence 3 probe 0\r\n\r\n");
            Interest.awaitNone(exporter, "s.1");
            hub.reload(Leafs.options(mode, BLOCK + SHARING));
            Interest.await(exporter, "s.1");
            there.expect("MSG in.s.1 1 probe 0\r\n\r\nMSG in.s.1 2 probe 0\r\n\r\n");
            exporter.send("PUB s.2 2\r\nhi\r\n");
            there.expect("MSG in.s.2 1 2\r\nhi\r\nMSG in.s.2 2 2\r\nhi\r\n");
            hub.reload(Leafs.options(mode, BLOCK + APART));
            Interest.awaitNone(exporter, "s.1");
            there.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseLeafNodesOfAnAccountThatIsGone(Mode mode) throws Exception {
        String without =
                """
                accounts {
                  E { users: [{user: e, password: x}] }
                }
                """;
        try (NatsServer hub = Leafs.start(mode, hubLog, BLOCK + APART);
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub, "i"), "", "");
                RawClient importer = subscribed(hub, "i", "");
                RawClient there = subscribed(spoke, "", "SUB x 1\r\n")) {
            Interest.await(importer, "x");
            there.expect("MSG x 1 probe 0\r\n\r\n");
            hub.reload(Leafs.options(mode, BLOCK + without));
            hubLog.await("[INF]", "lid:", "Leafnode connection closed: Authentication Failure");
            hub.reload(Leafs.options(mode, BLOCK + APART));
            try (RawClient again = subscribed(hub, "i", "")) {
                Interest.await(again, "x");
                there.expect("MSG x 1 probe 0\r\n\r\n");
            }
        }
    }
}
