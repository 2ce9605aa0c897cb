package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/** Leaf nodes that break, freeze, babble or flap: everybody else goes on, and nothing is left. */
class LeafFaultsIT {
    private static final String PLAIN = "compression: off";
    private static final int MANY = 100_000;
    private static final int FLAPS = 100;

    private final LogLines log = new LogLines();

    private NatsServer quietHub(Mode mode, String more) throws Exception {
        return Leafs.start(
                mode, "leafnodes { listen: \"127.0.0.1:-1\", compression: off }\n" + more);
    }

    /** Its interest goes with it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetALeafNodeThatIsReset(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient client = RawClient.connected(hub)) {
            int before = hub.subscriptionCount();
            RawLeaf leaf = RawLeaf.joined(hub, "L", "");
            leaf.send("LS+ a\r\nLS+ b g 3\r\n");
            Interest.await(client, "a");
            Interest.await(client, "b");
            leaf.reset();
            Interest.awaitNone(client, "a");
            Interest.awaitNone(client, "b");
            Modes.await("nothing is left", () -> hub.subscriptionCount() == before);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAwayWhoSaysWhatIsNotInTheProtocol(Mode mode) throws Exception {
        try (NatsServer hub = Leafs.hub(mode, log, PLAIN, "");
                RawClient client = subscribed(hub, "", "SUB x 1\r\n")) {
            for (String garbage :
                    new String[] {
                        "GET / HTTP/1.1\r\n\r\n",
                        "LS+ \r\n",
                        "LMSG x -1\r\n\r\n",
                        "LMSG x 99999999999999999999\r\n",
                        "LMSG x 2\r\nabcd\r\n",
                        "HMSG x 20 10\r\n",
                        "RS+ $G x\r\n",
                        "PUB x 0\r\n\r\n",
                        "SUB x 1\r\n",
                        "\0\1\2\3\r\n"
                    }) {
                try (RawLeaf leaf = RawLeaf.joined(hub, "L", "")) {
                    leaf.send("LMSG x 1\r\n!\r\n" + garbage);
                    client.expect("MSG x 1 1\r\n!\r\n");
                    leaf.skipToEnd();
                }
            }
            client.fence();
        }
    }

    /** It reads nothing: it is sent away when too much waits for it, and holds nobody up. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAwayALeafNodeThatDoesNotRead(Mode mode) throws Exception {
        try (NatsServer hub = quietHub(mode, "max_pending: 2MB\nwrite_deadline: \"1s\"\n");
                RawLeaf frozen = RawLeaf.joined(hub, "L", "");
                RawClient other = subscribed(hub, "", "SUB x 1\r\n");
                RawClient publisher = RawClient.connected(hub)) {
            frozen.send("LS+ x\r\nPING\r\n");
            frozen.fence();
            String payload = "a".repeat(64 * 1024);
            for (int i = 0; i < 500; i++) {
                publisher.send("PUB x 65536\r\n" + payload + "\r\n");
                other.expect("MSG x 1 65536\r\n" + payload + "\r\n");
            }
            publisher.send("PUB x 0\r\n\r\n");
            other.expect("MSG x 1 0\r\n\r\n");
            Modes.await("it is gone", () -> hub.slowConsumers() > 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeManySubscriptionsAtOnce(Mode mode) throws Exception {
        try (NatsServer hub = quietHub(mode, "");
                RawClient client = RawClient.connected(hub)) {
            int before = hub.subscriptionCount();
            try (RawLeaf leaf = RawLeaf.joined(hub, "L", "")) {
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < MANY; i++) {
                    all.append("LS+ many.").append(i).append("\r\n");
                }
                leaf.send(all.toString());
                leaf.fence();
                assertThat(hub.subscriptionCount()).isEqualTo(before + MANY);
                client.send("PUB many.77777 1\r\nx\r\n");
                leaf.expect("LMSG many.77777 1\r\n", "x\r\n");
            }
            Modes.await("nothing is left", () -> hub.subscriptionCount() == before);
        }
    }

    /** Many that a client makes are told, too. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellManySubscriptionsAtOnce(Mode mode) throws Exception {
        try (NatsServer hub = quietHub(mode, "");
                NatsServer spoke =
                        Leafs.start(
                                mode,
                                "leafnodes { remotes: [{ url: \"" + Leafs.url(hub) + "\" }] }\n");
                RawClient there = RawClient.connected(spoke);
                RawClient here = RawClient.connected(hub)) {
            Leafs.await(hub, spoke, "");
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < MANY; i++) {
                all.append("SUB many.").append(i).append(' ').append(i).append("\r\n");
            }
            there.send(all.toString());
            there.fence();
            Leafs.await(hub, spoke, "");
            here.send("PUB many.77777 1\r\nx\r\n");
            there.expect("MSG many.77777 77777 1\r\nx\r\n");
        }
    }

    /** It comes and goes; what is wanted in the end is known, and nothing else. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldConvergeAfterManyFlaps(Mode mode) throws Exception {
        try (NatsServer hub = quietHub(mode, "");
                RawClient client = RawClient.connected(hub)) {
            int before = hub.subscriptionCount();
            for (int i = 0; i < FLAPS; i++) {
                RawLeaf leaf = RawLeaf.joined(hub, "L", "");
                leaf.send("LS+ flap." + i + "\r\nLS+ w g " + (i + 1) + "\r\nLS+ same\r\n");
                if (i % 2 == 0) {
                    leaf.reset();
                } else {
                    leaf.close();
                }
            }
            try (RawLeaf last = RawLeaf.joined(hub, "L", "")) {
                last.send("LS+ same\r\n");
                last.fence();
                Modes.await("only that", () -> hub.subscriptionCount() == before + 1);
                client.send("PUB flap.1 0\r\n\r\nPUB w 0\r\n\r\nPUB same 1\r\nx\r\n");
                last.expect("LMSG same 1\r\n", "x\r\n");
            }
            Modes.await("nothing is left", () -> hub.subscriptionCount() == before);
        }
    }

    /** A hundred at once: each hears what it wants, all hear what all want. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeManyLeafNodes(Mode mode) throws Exception {
        List<RawLeaf> leafs = new ArrayList<>();
        try (NatsServer hub = quietHub(mode, "");
                RawClient client = RawClient.connected(hub)) {
            for (int i = 0; i < 100; i++) {
                RawLeaf leaf = RawLeaf.joined(hub, "L" + i, "");
                leafs.add(leaf);
                leaf.send("LS+ all\r\nLS+ own." + i + "\r\nLS+ w g 1\r\n");
                leaf.fence();
            }
            client.send("PUB all 0\r\n\r\n");
            for (int i = 0; i < leafs.size(); i++) {
                client.send("PUB own." + i + " 0\r\n\r\n");
                leafs.get(i).skipTo("LMSG all 0\r\n");
                leafs.get(i).skipTo("LMSG own." + i + " 0\r\n");
            }
        } finally {
            for (RawLeaf each : leafs) {
                each.close();
            }
        }
    }
}
