package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/**
 * Leaf nodes of a cluster, and clusters that are leaf nodes: whoever wants a message gets it once.
 */
@SuppressWarnings("try") // some only pass messages on
class LeafClustersIT {
    private final LogLines log = new LogLines();

    private NatsServer server(Mode mode, String name, String cluster, int routes, String leafs)
            throws Exception {
        return Leafs.start(
                mode,
                log,
                "server_name: "
                        + name
                        + "\ncluster { name: "
                        + cluster
                        + ", listen: \"127.0.0.1:-1\""
                        + (routes == 0 ? "" : ", routes: [\"nats://127.0.0.1:" + routes + "\"]")
                        + " }\nleafnodes { "
                        + leafs
                        + " }\n");
    }

    private static String remote(NatsServer hub) {
        return "reconnect: \"50ms\", remotes: [{ url: \"" + Leafs.url(hub) + "\" }]";
    }

    private static final String LISTENS = "listen: \"127.0.0.1:-1\"";

    /** Two servers of a hub, two of a leaf node, each with a link of its own. */
    private final class FourServers implements AutoCloseable {
        private final List<NatsServer> all = new ArrayList<>();

        FourServers(Mode mode) throws Exception {
            try {
                all.add(server(mode, "H1", "HUB", 0, LISTENS));
                all.add(server(mode, "H2", "HUB", all.get(0).clusterPort(), LISTENS));
                all.add(server(mode, "L1", "LEAF", 0, remote(all.get(0))));
                all.add(server(mode, "L2", "LEAF", all.get(2).clusterPort(), remote(all.get(1))));
                for (int i = 0; i < 4; i += 2) {
                    Cluster.awaitMesh(all.get(i), all.get(i + 1));
                }
                Leafs.awaitAll(all.toArray(NatsServer[]::new));
            } catch (Exception | Error e) {
                close();
                throw e;
            }
        }

        NatsServer get(int index) {
            return all.get(index);
        }

        void settle() throws Exception {
            Leafs.awaitAll(all.toArray(NatsServer[]::new));
        }

        @Override
        public void close() {
            all.reversed().forEach(NatsServer::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveEverybodyEachMessageOnce(Mode mode) throws Exception {
        try (FourServers servers = new FourServers(mode)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(subscribed(servers.get(i), "", "SUB x 1\r\nSUB w g 2\r\n"));
            }
            servers.settle();
            for (int from = 0; from < 4; from++) {
                for (int message = 0; message < 20; message++) {
                    clients.get(from).send("PUB x 3\r\n" + from + "%02d\r\n".formatted(message));
                }
                // What is sent twice comes behind, by whatever way.
                servers.settle();
                for (RawClient each : clients) {
                    for (int message = 0; message < 20; message++) {
                        each.expect("MSG x 1 3\r\n" + from + "%02d\r\n".formatted(message));
                    }
                    each.fence();
                }
            }
            for (RawClient each : clients) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveAQueueGroupEachMessageOnce(Mode mode) throws Exception {
        try (FourServers servers = new FourServers(mode)) {
            // Every pattern of who has members.
            for (int pattern = 1; pattern < 16; pattern++) {
                shouldGiveOnce(servers, pattern);
            }
        }
    }

    private static void shouldGiveOnce(FourServers servers, int pattern) throws Exception {
        String work = "w." + pattern;
        List<RawClient> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            if ((pattern & 1 << i) != 0) {
                members.add(subscribed(servers.get(i), "", "SUB " + work + " g 2\r\n"));
            }
        }
        servers.settle();
        for (int from = 0; from < 4; from++) {
            try (RawClient publisher = RawClient.connected(servers.get(from))) {
                publisher.send(("PUB " + work + " 0\r\n\r\n").repeat(20));
                publisher.fence();
            }
        }
        servers.settle();
        int got = 0;
        for (RawClient each : members) {
            got += each.count("MSG " + work + " 2 0\r\n\r\n");
            each.close();
        }
        assertThat(got)
                .as("of 80 with members at %s", Integer.toBinaryString(pattern))
                .isEqualTo(80);
    }

    /** Requests go through a cluster whose other server has the leaf node. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAskALeafNodeOfAnotherServer(Mode mode) throws Exception {
        try (NatsServer one = server(mode, "H1", "HUB", 0, LISTENS);
                NatsServer two = server(mode, "H2", "HUB", one.clusterPort(), LISTENS);
                NatsServer a = Leafs.named(mode, log, "A", Leafs.url(one), "");
                NatsServer b = Leafs.named(mode, log, "B", Leafs.url(two), "");
                RawClient asks = subscribed(a, "", "SUB inbox 1\r\n");
                RawClient answers = subscribed(b, "", "SUB svc q 1\r\n")) {
            Cluster.awaitMesh(one, two);
            Leafs.awaitAll(one, two, a, b);
            for (int i = 0; i < 20; i++) {
                asks.send("PUB svc inbox 1\r\n?\r\n");
                answers.expect("MSG svc 1 inbox 1\r\n?\r\n");
                answers.send("PUB inbox 1\r\n!\r\n");
                asks.expect("MSG inbox 1 1\r\n!\r\n");
            }
            answers.send("UNSUB 1\r\n");
            answers.fence();
            Leafs.await(a, b, "");
            asks.send("PUB svc inbox 0\r\n\r\n");
            asks.expect("HMSG inbox 1 35 35\r\nNATS/1.0 503\r\nNats-Subject: svc\r\n\r\n\r\n");
        }
    }

    /** The other server of the cluster knows of the leaf node whose interest it is. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellServersOfTheClusterWhatLeafNodesWant(Mode mode) throws Exception {
        try (NatsServer one = server(mode, "H1", "HUB", 0, LISTENS + ", compression: off");
                NatsServer two = server(mode, "H2", "HUB", one.clusterPort(), LISTENS)) {
            Cluster.awaitMesh(one, two);
            try (RawLeaf leaf = RawLeaf.joined(one, "L", "");
                    RawClient client = RawClient.connected(two)) {
                leaf.send("LS+ from.leaf\r\nLS+ work g 3\r\n");
                Interest.await(client, "from.leaf");
                leaf.skipTo("LMSG from.leaf probe 0\r\n");
                log.await("[TRC]", "->> [LS+ L $G from.leaf]");
                log.await("[TRC]", "->> [LS+ L $G work g 3]");
                client.send("PUB work 1\r\nx\r\n");
                leaf.skipTo("LMSG work | g 1\r\n");
            }
            log.await("[TRC]", "->> [LS- L $G from.leaf]");
        }
    }

    // --- loops

    /** Each is a leaf node of the next one, and the last one of the first. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldFindALoopOfThree(Mode mode) throws Exception {
        int port = FreePort.any();
        try (NatsServer one =
                        Leafs.start(
                                mode,
                                log,
                                "server_name: ONE\nleafnodes { "
                                        + LISTENS
                                        + ", reconnect: \"50ms\", remotes: [{ url: \"nats-leaf://127.0.0.1:"
                                        + port
                                        + "\" }] }\n");
                NatsServer two =
                        Leafs.start(
                                mode,
                                log,
                                "server_name: TWO\nleafnodes { "
                                        + LISTENS
                                        + ", "
                                        + remote(one)
                                        + " }\n");
                NatsServer _ =
                        Leafs.start(
                                mode,
                                log,
                                "server_name: THREE\nleafnodes { listen: \"127.0.0.1:"
                                        + port
                                        + "\", "
                                        + remote(two)
                                        + " }\n")) {
            log.await(
                    "[ERR]",
                    "Loop detected for leafnode account=\"$G\". Delaying attempt to reconnect for"
                            + " 30s");
            log.await("Leafnode connection closed: Protocol Violation");
        }
    }
}
