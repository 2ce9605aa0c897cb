package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;
import static io.millrace.broker.it.Traces.hpub;
import static io.millrace.broker.it.Traces.in;
import static io.millrace.broker.it.Traces.out;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that are traced on their way to leaf nodes and from there. */
class LeafTraceIT {
    private static final String PLAIN = "compression: off";
    private static final String DEST = "Nats-Trace-Dest: tr";
    private static final String ONLY = "Nats-Trace-Only: true";
    private static final String ASKED = "'Nats-Trace-Dest':['tr']";

    private static final String NOBODY = "NATS/1.0 503\r\nNats-Subject: x.secret\r\n\r\n\r\n";

    private final LogLines log = new LogLines();

    private static String event(RawClient listener) throws Exception {
        return Traces.event(listener, "tr 1");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNumberTheHopsOfAMessageThatLeaves(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                RawClient client = subscribed(hub, "", "SUB tr 1\r\n")) {
            leaf.send("LS+ out\r\n");
            leaf.fence();
            client.send(hpub("out", DEST));
            leaf.skipTo("HMSG out 52 52\r\n");
            leaf.expect("NATS/1.0\r\n", DEST + "\r\n");
            leaf.expect("Nats-Trace-Hop: 1\r\n", "\r\n");
            assertThat(event(client))
                    .isEqualTo(
                            Traces.of(
                                    ASKED,
                                    33,
                                    "'hops':1,",
                                    in("$G", "out")
                                            + ",{'type':'eg','kind':4,'name':'L','hop':'1'}"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceAMessageThatArrives(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                RawClient other = subscribed(hub, "", "SUB in.x 1\r\n");
                RawClient client = subscribed(hub, "", "SUB tr 1\r\n")) {
            leaf.send(hpub("in.x", DEST, "Nats-Trace-Hop: 2.1").replace("HPUB", "HMSG"));
            assertThat(event(client))
                    .isEqualTo(
                            Traces.of(
                                    ASKED + ",'Nats-Trace-Hop':['2.1']",
                                    54,
                                    "",
                                    "{'type':'in','kind':4,'name':'L','acc':'$G','subj':'in.x'}"
                                            + out("'sub':'in.x'")));
            String block = hpub("", DEST, "Nats-Trace-Hop: 2.1").substring("HPUB ".length());
            other.expect("HMSG in.x 1" + block);
            leaf.send(hpub("in.x", DEST, ONLY).replace("HPUB", "HMSG"));
            assertThat(event(client)).endsWith(out("'sub':'in.x'") + "]}");
            other.fence();
        }
    }

    /** What the user of the leaf node may not get isn't lost in silence. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayThatALeafNodeMayNotHaveIt(Mode mode) throws Exception {
        String users =
                """
                accounts { A { users: [
                  {user: a, password: x}
                  {user: l, password: x, permissions { subscribe: { deny: "x.secret" } }}
                ] } }
                """;
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, users);
                RawLeaf leaf = RawLeaf.joined(hub, "L", ",\"user\":\"l\",\"pass\":\"x\"");
                RawClient client = subscribed(hub, "a", "SUB tr 1\r\nSUB re 2\r\n")) {
            leaf.send("LS+ x.*\r\n");
            leaf.fence();
            client.send(hpub("x.secret re", DEST));
            client.expect("HMSG re 2 40 40\r\n" + NOBODY);
            assertThat(event(client))
                    .endsWith(
                            ",{'type':'eg','kind':4,'name':'L','error':'Not delivered because"
                                    + " publish denied for this subject'}]}");
            leaf.fence();
        }
    }

    /** The trace's destination is a subject that the leaf node's user may not publish to. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTraceToWhereALeafNodeMayNotPublish(Mode mode) throws Exception {
        String users =
                """
                accounts { A { users: [
                  {user: a, password: x}
                  {user: l, password: x, permissions { publish: { deny: tr } }}
                ] } }
                """;
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, users);
                RawLeaf leaf = RawLeaf.joined(hub, "L", ",\"user\":\"l\",\"pass\":\"x\"");
                RawClient client = subscribed(hub, "a", "SUB tr 1\r\nSUB in.x 2\r\n")) {
            leaf.send(hpub("in.x", DEST).replace("HPUB", "HMSG"));
            leaf.skipTo("-ERR 'Permissions Violation for Publish to \"tr\"'\r\n");
            leaf.fence();
            client.fence();
        }
    }

    /** From a leaf node of a leaf node to the top: each server tells its part. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceThroughAChain(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, "", "");
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub), "", "");
                RawClient here = subscribed(hub, "", "SUB x 1\r\n");
                RawClient there = subscribed(spoke, "", "SUB tr 1\r\n")) {
            Leafs.awaitAll(hub, spoke);
            there.send(hpub("x", DEST));
            String first = event(there);
            String second = event(there);
            String own = first.contains("'hops':1") ? first : second;
            String other = own.equals(first) ? second : first;
            assertThat(own).contains(",{'type':'eg','kind':4,'name':'HUB','hop':'1'}");
            assertThat(other)
                    .contains("'Nats-Trace-Hop':['1']")
                    .contains("{'type':'in','kind':4,'name':'SPOKE','acc':'$G','subj':'x'}")
                    .contains(out("'sub':'x'"));
            assertThat(here.line()).startsWith("HMSG x 1 ");
        }
    }
}
