package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may cross between a hub and a leaf node: by the user it logs in as, and what it denies. */
class LeafPermissionsIT {
    private final LogLines hubLog = new LogLines();
    private final LogLines log = new LogLines();

    private static final String NONE =
            "HMSG re 9 %1$d %1$d\r\nNATS/1.0 503\r\nNats-Subject: %2$s\r\n\r\n\r\n";

    /** Nobody hears what is published to a subject, which the requester is told. */
    private static void shouldReachNobody(RawClient client, String subject) throws Exception {
        client.send("PUB " + subject + " re 0\r\n\r\n");
        client.expect(NONE.formatted(32 + subject.length(), subject));
    }

    private static String users(String permissions) {
        return "accounts { A { users: [{user: a, password: x}, {user: l, password: x, permissions {"
                + permissions
                + "} }] } }\n";
    }

    /** The document: its user says what may come from a leaf node, and what may go there. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldALeafNodeToItsUser(Mode mode) throws Exception {
        try (NatsServer hub =
                        Leafs.hub(
                                mode,
                                hubLog,
                                "",
                                users("publish: \"up.>\", subscribe: [\"down.>\", \"fence.>\"]"));
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub, "l"), "", "");
                RawClient here = subscribed(hub, "a", "SUB up.x 1\r\nSUB other 2\r\nSUB re 9\r\n");
                RawClient there =
                        subscribed(spoke, "", "SUB down.x 1\r\nSUB secret 2\r\nSUB re 9\r\n")) {
            Interest.await(here, "down.x");
            there.expect("MSG down.x 1 probe 0\r\n\r\n");
            Interest.await(there, "up.x");
            here.expect("MSG up.x 1 probe 0\r\n\r\n");
            shouldReachNobody(there, "other");
            shouldReachNobody(here, "secret");
            there.send("PUB up.x 1\r\n1\r\n");
            here.expect("MSG up.x 1 1\r\n1\r\n");
            here.send("PUB down.x 1\r\n2\r\n");
            there.expect("MSG down.x 1 1\r\n2\r\n");
        }
    }

    /** What the leaf node denies stays out of it, and in it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotCarryWhatTheRemoteDenies(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer spoke =
                        Leafs.spoke(
                                mode,
                                log,
                                Leafs.url(hub),
                                "deny_imports: [\"in.secret\", \"w.secret\"],"
                                        + " deny_exports: \"out.secret\"",
                                "");
                RawClient here =
                        subscribed(hub, "", "SUB out.secret 1\r\nSUB out.* 2\r\nSUB re 9\r\n");
                RawClient there =
                        subscribed(
                                spoke,
                                "",
                                "SUB in.secret 1\r\nSUB in.open 2\r\nSUB w.* 3\r\nSUB re 9\r\n")) {
            Leafs.awaitAll(hub, spoke);
            shouldReachNobody(here, "in.secret");
            // Wanted by a wildcard, but it may not go there.
            shouldReachNobody(here, "w.secret");
            here.send("PUB in.open 0\r\n\r\nPUB w.secret 0\r\n\r\nPUB w.open 0\r\n\r\n");
            there.expect("MSG in.open 2 0\r\n\r\nMSG w.open 3 0\r\n\r\n");
            there.send("PUB out.secret 0\r\n\r\nPUB out.open 0\r\n\r\n");
            here.expect("MSG out.open 2 0\r\n\r\n");
        }
    }

    /** A reload changes what may cross; the connection stays. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeOverOtherPermissionsOfTheUser(Mode mode) throws Exception {
        String block = "server_name: HUB\nleafnodes { listen: \"127.0.0.1:-1\" }\n";
        try (NatsServer hub =
                        Leafs.start(
                                mode, hubLog, block + users("publish: \">\", subscribe: \">\""));
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub, "l"), "", "");
                RawClient here = subscribed(hub, "a", "SUB x 1\r\nSUB y 2\r\nSUB re 9\r\n");
                RawClient there = subscribed(spoke, "", "SUB v 1\r\nSUB w 2\r\nSUB re 9\r\n")) {
            Interest.await(here, "v");
            Interest.await(here, "w");
            there.expect("MSG v 1 probe 0\r\n\r\nMSG w 2 probe 0\r\n\r\n");
            Interest.await(there, "x");
            Interest.await(there, "y");
            here.expect("MSG x 1 probe 0\r\n\r\nMSG y 2 probe 0\r\n\r\n");
            hub.reload(
                    Leafs.options(
                            mode,
                            block + users("publish: { deny: \"y\" }, subscribe: { deny: \"w\" }")));
            // Comes behind what the spoke is told of it: before, it would break what it doesn't
            // know.
            here.send("PUB v 4\r\ntold\r\n");
            there.expect("MSG v 1 4\r\ntold\r\n");
            Interest.awaitNone(there, "y");
            Interest.awaitNone(here, "w");
            // Some may have crossed before.
            here.send("PUB v 3\r\nend\r\n");
            Leafs.skipTo(there, "MSG v 1 3\r\n");
            there.send("PUB x 3\r\nend\r\n");
            Leafs.skipTo(here, "MSG x 1 3\r\n");
        }
    }
}
