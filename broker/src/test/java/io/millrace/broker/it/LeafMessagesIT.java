package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.nats.client.Connection;
import io.nats.client.Message;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.Locale;

/** Messages between a hub and its leaf nodes, and between those. */
@SuppressWarnings("try") // some only pass messages on, and a jnats connection may be interrupted
class LeafMessagesIT {
    private static final Duration LONG = JavaClients.LONG;

    private final LogLines hubLog = new LogLines();
    private final LogLines log = new LogLines();

    /** A spoke that is a hub itself. */
    private NatsServer middle(Mode mode, NatsServer hub, String more) throws Exception {
        return Leafs.start(
                mode,
                log,
                "server_name: MIDDLE\nleafnodes { listen: \"127.0.0.1:-1\", reconnect: \"50ms\""
                        + more
                        + "\nremotes: [{ url: \""
                        + Leafs.url(hub)
                        + "\" }] }\n");
    }

    private NatsServer named(Mode mode, String name, NatsServer hub, String remote)
            throws Exception {
        return Leafs.named(mode, log, name, Leafs.url(hub), remote);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCarryMessagesBothWays(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub), "", "");
                RawClient here = subscribed(hub, "", "SUB down.* 1\r\n");
                RawClient there = subscribed(spoke, "", "SUB up.> 1\r\n")) {
            Leafs.awaitAll(hub, spoke);
            there.send("PUB down.a 2\r\nhi\r\nPUB down.b re.ply 0\r\n\r\n");
            here.expect("MSG down.a 1 2\r\nhi\r\nMSG down.b 1 re.ply 0\r\n\r\n");
            here.send("HPUB up.a.b re 20 22\r\nNATS/1.0\r\nName:v\r\n\r\nhi\r\n");
            there.expect("HMSG up.a.b 1 re 20 22\r\nNATS/1.0\r\nName:v\r\n\r\nhi\r\n");
            here.fence();
            there.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepTheOrderOfManyMessages(Mode mode) throws Exception {
        // Without a log, which would keep a line for each.
        try (NatsServer hub = Leafs.start(mode, "leafnodes { listen: \"127.0.0.1:-1\" }\n");
                NatsServer spoke =
                        Leafs.start(
                                mode,
                                "leafnodes { remotes: [{ url: \"" + Leafs.url(hub) + "\" }] }\n");
                Connection here = JavaClients.connect(hub.clientUrl());
                Connection there = JavaClients.connect(spoke.clientUrl())) {
            there.createDispatcher(_ -> {}).subscribe("numbers.*");
            there.flush(LONG);
            Leafs.await(hub, spoke, "");
            JavaClientIT.publishesInOrder(there, here);
        }
    }

    /** Of each group one member gets it: one that is near, if there is one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPreferMembersOfQueueGroupsThatAreNear(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub), "", "");
                RawClient here = subscribed(hub, "", "SUB w g 1\r\nSUB end 2\r\n");
                RawClient there = subscribed(spoke, "", "SUB w g 1\r\nSUB end 2\r\n")) {
            Leafs.awaitAll(hub, spoke);
            String work = "PUB w 1\r\nx\r\n".repeat(20) + "PUB end 0\r\n\r\n";
            String done = "MSG w 1 1\r\nx\r\n".repeat(20) + "MSG end 2 0\r\n\r\n";
            String end = "MSG end 2 0\r\n\r\n";
            there.send(work);
            there.expect(done);
            here.expect(end);
            here.send(work);
            here.expect(done);
            there.expect(end);
        }
    }

    /** A leaf of a leaf answers who asks at the top, until it doesn't any more. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskThroughAChainOfThree(Mode mode) throws Exception {
        try (NatsServer top = Leafs.hub(mode, hubLog, "", "");
                NatsServer middle = middle(mode, top, "");
                NatsServer bottom = named(mode, "BOTTOM", middle, "");
                Connection service = JavaClients.connect(bottom.clientUrl());
                Connection asks = JavaClients.connect(top.clientUrl());
                RawClient client = subscribed(top, "", "SUB re 2\r\n")) {
            service.createDispatcher(m -> service.publish(m.getReplyTo(), m.getData()))
                    .subscribe("echo", "q");
            service.flush(LONG);
            Leafs.await(top, bottom, "");
            Leafs.await(bottom, top, "");
            for (int i = 0; i < 100; i++) {
                byte[] data = ("hi" + i).getBytes();
                Message answer = asks.request("echo", data, LONG);
                assertThat(answer).isNotNull();
                assertThat(answer.getData()).isEqualTo(data);
            }
            service.close();
            Interest.awaitNone(client, "echo");
            client.send("PUB echo re 0\r\n\r\n");
            client.expect("HMSG re 2 36 36\r\nNATS/1.0 503\r\nNats-Subject: echo\r\n\r\n\r\n");
        }
    }

    /** It has dialed, and is the hub all the same. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeTheHubOfWhomItDials(Mode mode) throws Exception {
        try (NatsServer spoke = Leafs.hub(mode, hubLog, "", "");
                NatsServer hub = named(mode, "DIALS", spoke, "hub: true");
                RawClient here = subscribed(hub, "", "SUB a 1\r\n");
                RawClient there = subscribed(spoke, "", "SUB b 1\r\n")) {
            Leafs.awaitAll(hub, spoke);
            there.send("PUB a 1\r\n1\r\n");
            here.expect("MSG a 1 1\r\n1\r\n");
            here.send("PUB b 1\r\n2\r\n");
            there.expect("MSG b 1 1\r\n2\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetLeafNodesHearEachOther(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer one = named(mode, "ONE", hub, "");
                NatsServer two = named(mode, "TWO", hub, "");
                RawClient a = subscribed(one, "", "SUB x 1\r\n");
                RawClient b = subscribed(two, "", "SUB x 1\r\n")) {
            Leafs.awaitAll(hub, one, two);
            a.send("PUB x 1\r\n1\r\n");
            a.expect("MSG x 1 1\r\n1\r\n");
            b.expect("MSG x 1 1\r\n1\r\n");
            b.send("PUB x 1\r\n2\r\n");
            a.expect("MSG x 1 1\r\n2\r\n");
            b.expect("MSG x 1 1\r\n2\r\n");
        }
    }

    /** One of all members of a group gets it, though they are at three servers. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveQueueGroupsOfSeveralLeafNodesEachMessageOnce(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer one = named(mode, "ONE", hub, "");
                NatsServer two = named(mode, "TWO", hub, "");
                RawClient a = subscribed(one, "", "SUB w g 1\r\n");
                RawClient b = subscribed(two, "", "SUB w g 1\r\n");
                RawClient c = subscribed(two, "", "SUB w g 1\r\n");
                RawClient publisher = RawClient.connected(hub)) {
            Leafs.awaitAll(hub, one, two);
            publisher.send("PUB w 1\r\nx\r\n".repeat(300));
            publisher.fence();
            String message = "MSG w 1 1\r\nx\r\n";
            // These come behind all of that, on the same ways.
            Leafs.await(hub, one, "");
            Leafs.await(hub, two, "");
            int atA = a.count(message);
            int atB = b.count(message);
            int atC = c.count(message);
            assertThat(atA + atB + atC).isEqualTo(300);
            // By weight: a third each; 60 are six deviations away from that.
            assertThat(atA).isBetween(50, 150);
            assertThat(atB).isBetween(50, 150);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldIsolateLeafNodesIfItIsConfigured(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "isolate_leafnode_interest: true", "");
                NatsServer one = named(mode, "ONE", hub, "");
                NatsServer two = named(mode, "TWO", hub, "")) {
            shouldBeApart(hub, one, two);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldIsolateALeafNodeThatRequestsIt(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "");
                NatsServer one = named(mode, "ONE", hub, "request_isolation: true");
                NatsServer two = named(mode, "TWO", hub, "request_isolation: true")) {
            shouldBeApart(hub, one, two);
        }
    }

    private static void shouldBeApart(NatsServer hub, NatsServer one, NatsServer two)
            throws Exception {
        try (RawClient a = subscribed(one, "", "SUB x 1\r\nSUB re 2\r\n");
                RawClient b = subscribed(two, "", "SUB x 1\r\n");
                RawClient c = subscribed(hub, "", "SUB y 1\r\n")) {
            Leafs.awaitAll(hub, one);
            Leafs.awaitAll(hub, two);
            b.send("UNSUB 1\r\nSUB z 1\r\n");
            b.fence();
            Leafs.await(hub, two, "");
            Leafs.await(one, hub, "");
            a.send("PUB z re 0\r\n\r\n");
            a.expect("HMSG re 2 33 33\r\nNATS/1.0 503\r\nNats-Subject: z\r\n\r\n\r\n");
            a.send("PUB y 0\r\n\r\n");
            c.expect("MSG y 1 0\r\n\r\n");
            c.send("PUB z 0\r\n\r\n");
            b.expect("MSG z 1 0\r\n\r\n");
        }
    }

    /** Two accounts, each with a user of its name in small letters. */
    private static String accounts(String one, String other) {
        return "accounts { %s, %s }\n".formatted(account(one), account(other));
    }

    private static String account(String name) {
        String user = name.toLowerCase(Locale.ROOT);
        return "%s: { users: [{user: %s, password: x}] }".formatted(name, user);
    }

    /** Each connection is of one account of either side. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBindConnectionsToAccounts(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", accounts("A", "B"));
                NatsServer spoke =
                        Leafs.start(
                                mode,
                                log,
                                "server_name: SPOKE\nleafnodes { remotes: [{ url: \""
                                        + Leafs.url(hub, "a")
                                        + "\", account: C }, { url: \""
                                        + Leafs.url(hub, "b")
                                        + "\", account: D }] }\n"
                                        + accounts("C", "D"));
                RawClient a = subscribed(hub, "a", "SUB x 1\r\n");
                RawClient b = subscribed(hub, "b", "SUB x 1\r\nSUB y 2\r\n");
                RawClient c = subscribed(spoke, "c", "SUB z 1\r\n");
                RawClient d = subscribed(spoke, "d", "SUB z 1\r\n")) {
            Interest.await(c, "x");
            a.expect("MSG x 1 probe 0\r\n\r\n");
            Interest.await(d, "y");
            b.expect("MSG y 2 probe 0\r\n\r\n");
            Interest.await(b, "z");
            d.expect("MSG z 1 probe 0\r\n\r\n");
            c.send("PUB x 1\r\nc\r\n");
            a.expect("MSG x 1 1\r\nc\r\n");
            d.send("PUB x 1\r\nd\r\n");
            b.expect("MSG x 1 1\r\nd\r\n");
            b.send("PUB z 1\r\nb\r\n");
            d.expect("MSG z 1 1\r\nb\r\n");
            c.fence();
            a.fence();
        }
    }

    /** The side where it arrives decides how it is called there. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldMapSubjectsOnBothSides(Mode mode) throws Exception {
        String hubs = "mappings: { \"old.*\": \"new.$1\" }\n";
        String spokes = "mappings: { \"far.*\": \"old.$1\" }\n";
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", hubs);
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub), "", spokes);
                RawClient here = subscribed(hub, "", "SUB new.* 1\r\n");
                RawClient there = subscribed(spoke, "", "SUB old.* 1\r\n")) {
            Leafs.awaitAll(hub, spoke);
            there.send("PUB far.1 1\r\na\r\n");
            there.expect("MSG old.1 1 1\r\na\r\n");
            here.expect("MSG new.1 1 1\r\na\r\n");
            here.send("PUB far.2 1\r\nb\r\n");
            there.expect("MSG old.2 1 1\r\nb\r\n");
            here.send("PUB old.3 1\r\nc\r\n");
            here.expect("MSG new.3 1 1\r\nc\r\n");
        }
    }

    /** The document: a hub doesn't take what is too large for it, whatever its spoke takes. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeWhatIsTooLarge(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, hubLog, "", "max_payload: 1000\n");
                NatsServer spoke = Leafs.spoke(mode, log, Leafs.url(hub), "", "");
                RawClient here = subscribed(hub, "", "SUB x 1\r\n");
                RawClient there = RawClient.connected(spoke)) {
            Leafs.awaitAll(hub, spoke);
            there.send("PUB x 1000\r\n" + "a".repeat(1000) + "\r\n");
            here.expect("MSG x 1 1000\r\n" + "a".repeat(1000) + "\r\n");
            there.send("PUB x 1001\r\n" + "a".repeat(1001) + "\r\n");
            hubLog.await("[ERR]", "maximum payload");
            Leafs.awaitAll(hub, spoke);
            here.fence();
        }
    }
}
