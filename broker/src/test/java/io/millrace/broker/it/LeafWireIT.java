package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/** What a hub tells a leaf node of interest and messages, byte by byte, and what it takes. */
class LeafWireIT {
    private static final String PLAIN = "compression: off";
    private final LogLines log = new LogLines();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhatIsWanted(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient client = subscribed(hub, "", "SUB a 1\r\nSUB a 2\r\nSUB b g 3\r\n");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "")) {
            String first = leaf.line();
            leaf.expect(first.equals("LS+ a\r\n") ? "LS+ b g 1\r\n" : "LS+ a\r\n");
            client.send("SUB b g 4\r\nUNSUB 1\r\nUNSUB 2\r\nUNSUB 3\r\nUNSUB 4\r\n");
            leaf.expect("LS+ b g 2\r\n");
            leaf.expect("LS- a\r\n");
            leaf.expect("LS+ b g 1\r\n");
            leaf.expect("LS- b g\r\n");
            leaf.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendWhatIsWanted(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                RawClient client = RawClient.connected(hub)) {
            leaf.send("LS+ a\r\nLS+ b.* g 2\r\nLS+ b.c h 1\r\n");
            leaf.fence();
            client.send("PUB a 2\r\nhi\r\nPUB a re 0\r\n\r\n");
            leaf.expect("LMSG a 2\r\n", "hi\r\n");
            leaf.expect("LMSG a re 0\r\n", "\r\n");
            client.send(
                    "HPUB a re 12 14\r\nNATS/1.0\r\n\r\nhi\r\nPUB b.d 0\r\n\r\nPUB b.d re 0\r\n\r\n");
            leaf.expect("HMSG a re 12 14\r\n", "NATS/1.0\r\n");
            leaf.expect("\r\n", "hi\r\n");
            leaf.expect("LMSG b.d | g 0\r\n", "\r\n");
            leaf.expect("LMSG b.d + re g 0\r\n", "\r\n");
            leaf.send("LS- a\r\nLS- b.* g\r\nLS- b.c h\r\n");
            leaf.fence();
            client.send("PUB a 0\r\n\r\nPUB b.c 0\r\n\r\n");
            client.fence();
            leaf.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeWhatComes(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient client = subscribed(hub, "", "SUB a.* 1\r\nSUB a.b g 2\r\n");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "")) {
            leaf.send("LMSG a.b 2\r\nhi\r\nLMSG a.c re 0\r\n\r\n");
            client.expect("MSG a.b 1 2\r\nhi\r\nMSG a.c 1 re 0\r\n\r\n");
            leaf.send("HMSG a.c re 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
            client.expect("HMSG a.c 1 re 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
            // For a group it names, and one that isn't there.
            leaf.send("LMSG a.b | g 1\r\nx\r\nLMSG a.b + re g other 1\r\ny\r\n");
            for (String each : new String[] {"MSG a.b %d 1\r\nx\r\n", "MSG a.b %d re 1\r\ny\r\n"}) {
                String both = each.formatted(1) + each.formatted(2);
                client.expect(both);
            }
        }
    }

    /** Whoever tells of so many that they can't be summed up doesn't have the group forgotten. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOfMoreMembersThanAreBelieved(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient client = subscribed(hub, "", "SUB a g 1\r\n");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                RawLeaf first = RawLeaf.joined(hub, "K1", "");
                RawLeaf second = RawLeaf.joined(hub, "K2", "");
                RawLeaf third = RawLeaf.joined(hub, "K3", "")) {
            leaf.expect("LS+ a g 1\r\n");
            for (RawLeaf each : List.of(first, second, third)) {
                each.send("LS+ a g 999999999\r\n");
                each.fence();
                leaf.expect("LS+ a g 999999999\r\n");
            }
            leaf.send("LMSG a | g 2\r\nhi\r\n");
            client.expect("MSG a 1 2\r\nhi\r\n");
        }
    }

    /** They are larger than what is read at once. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeLinesAsLongAsTheyMayBe(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient client = RawClient.connected(hub);
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                RawClient stranger = new RawClient(hub.leafPort())) {
            leaf.send("LS+ " + "x".repeat(61_000) + "\r\nLS+ a\r\n");
            leaf.fence();
            client.send("PUB a 2\r\nhi\r\n");
            leaf.expect("LMSG a 2\r\n", "hi\r\n");
            leaf.send("LS+ " + "x".repeat(66_000));
            leaf.expect("-ERR 'maximum control line exceeded'\r\n");
            leaf.skipToEnd();
            assertThat(stranger.info()).startsWith("INFO {");
            stranger.send("CONNECT {\"user\":\"" + "x".repeat(66_000));
            stranger.expect("-ERR 'maximum control line exceeded'\r\n");
            stranger.expectClosed();
            log.await("Leafnode connection closed: Maximum Control Line Exceeded");
        }
    }

    /** Neither the leaf node itself gets it back, nor another one of its cluster. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotSendBackToTheCluster(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                RawLeaf sibling = RawLeaf.joined(hub, "M", "L", "");
                RawLeaf other = RawLeaf.joined(hub, "O", "")) {
            leaf.send("LS+ a\r\n");
            leaf.fence();
            sibling.send("LS+ a\r\n");
            sibling.fence();
            other.send("LS+ a\r\n");
            other.skipTo("LS+ a\r\n");
            leaf.expect("LS+ a\r\n");
            sibling.expect("LS+ a\r\n");
            leaf.send("LMSG a 1\r\nx\r\n");
            other.expect("LMSG a 1\r\n", "x\r\n");
            leaf.fence();
            sibling.fence();
            other.send("LMSG a 1\r\ny\r\n");
            leaf.expect("LMSG a 1\r\n", "y\r\n");
            sibling.expect("LMSG a 1\r\n", "y\r\n");
            other.fence();
        }
    }

    private static final String MAY_ANSWER =
            """
            accounts { A { users: [
              {user: a, password: x}
              {user: l, password: x, permissions {
                publish: "up.>", subscribe: svc, allow_responses: true
              } }
            ] } }
            """;

    private static final String LOGIN = ",\"user\":\"l\",\"pass\":\"x\"";

    /** It may answer what it is asked, once; then it is sent away. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetALeafNodeAnswerWhatItIsAsked(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, MAY_ANSWER);
                RawClient client = subscribed(hub, "a", "SUB inbox.* 1\r\n");
                RawLeaf leaf = RawLeaf.joined(hub, "L", LOGIN)) {
            leaf.send("LS+ svc\r\n");
            leaf.fence();
            client.send("PUB svc inbox.1 0\r\n\r\n");
            leaf.expect("LMSG svc inbox.1 0\r\n", "\r\n");
            leaf.send("LMSG inbox.1 2\r\nok\r\nLMSG inbox.1 3\r\nbad\r\n");
            client.expect("MSG inbox.1 1 2\r\nok\r\n");
            leaf.expect("-ERR 'Permissions Violation for Publish to \"inbox.1\"'\r\n");
            leaf.expectClosed();
            client.fence();
            log.await("[ERR]", "Publish Violation on \"inbox.1\" - Check other side configuration");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAwayWhoDoesWhatItMayNot(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, MAY_ANSWER)) {
            try (RawLeaf leaf = RawLeaf.joined(hub, "L", LOGIN)) {
                leaf.send("LMSG up.x 0\r\n\r\nLMSG down 0\r\n\r\n");
                leaf.expect("-ERR 'Permissions Violation for Publish to \"down\"'\r\n");
                leaf.expectClosed();
            }
            try (RawLeaf leaf = RawLeaf.joined(hub, "L", LOGIN)) {
                leaf.send("LS+ svc\r\nLS+ secret\r\n");
                leaf.expect("-ERR 'Permissions Violation for Subscription to \"secret\"'\r\n");
                leaf.expectClosed();
            }
        }
    }

    /** What the hub has said to find loops comes back: by whatever way. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldFindALoop(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                RawLeaf other = RawLeaf.joined(hub, "M", "")) {
            String mark = leaf.mark();
            other.send(mark);
            other.expect(
                    "-ERR 'Loop detected for leafnode account=\"$G\". Delaying attempt to reconnect"
                            + " for 30s'\r\n");
            other.expectClosed();
            leaf.fence();
            log.await("[ERR]", "Loop detected for leafnode account=\"$G\".");
        }
    }
}
