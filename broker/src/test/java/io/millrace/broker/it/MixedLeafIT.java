package io.millrace.broker.it;

import static io.millrace.broker.it.Leafs.subscribed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hubs and leaf nodes that are processes, each of this server (M) or a nats-server (N). */
@Tag("thorough")
class MixedLeafIT {
    @TempDir private Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
        for (ServerProcess server : servers.reversed()) {
            server.close();
        }
    }

    private void start(char kind, String name, String config) throws IOException {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(kind == 'M' || natsServer.isPresent(), "there is no nats-server on the PATH");
        Path launcher = kind == 'M' ? ServerProcess.LAUNCHER : natsServer.orElseThrow();
        Path file = folder.resolve(name + ".conf");
        Files.writeString(file, config);
        servers.add(new ServerProcess(launcher, Map.of(), folder, "-c", file.toString()));
    }

    /** Returns the port for clients. */
    private int server(char kind, String name, String config) throws IOException {
        int port = FreePort.any();
        start(
                kind,
                name,
                "server_name: %s\nlisten: \"127.0.0.1:%d\"\n".formatted(name, port) + config);
        return port;
    }

    private static String listens(int port) {
        return "listen: \"127.0.0.1:" + port + "\"\n";
    }

    private static String remote(String user, int port, String more) {
        return "reconnect: \"100ms\", remotes: [{ url: \"nats-leaf://%s127.0.0.1:%d\"\n%s }]\n"
                .formatted(user, port, more);
    }

    private static String leafnodes(String... parts) {
        return "leafnodes { " + String.join("", parts) + " }\n";
    }

    private RawClient client(int port, String user, String subscriptions) throws IOException {
        RawClient client = subscribed(port, user, subscriptions);
        clients.add(client);
        return client;
    }

    /** Each has heard of what is wanted at the others. */
    private static void awaitAll(int... ports) throws IOException {
        for (int hears : ports) {
            for (int tells : ports) {
                if (hears != tells) {
                    awaitUp(hears);
                    awaitUp(tells);
                    Leafs.await(hears, tells, "");
                }
            }
        }
    }

    static void awaitUp(int port) {
        Modes.await(
                "a server at " + port,
                () -> {
                    try {
                        RawClient.open(port).close();
                        return true;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /** A leaf node of a leaf node. */
    @ParameterizedTest
    @ValueSource(strings = {"MMM", "NMM", "MNM", "MMN", "MNN", "NMN", "NNM"})
    void shouldCarryMessagesThroughAChain(String kinds) throws Exception {
        int first = FreePort.any();
        int second = FreePort.any();
        int top = server(kinds.charAt(0), "TOP", leafnodes(listens(first)));
        int middle =
                server(
                        kinds.charAt(1),
                        "MIDDLE",
                        leafnodes(listens(second), remote("", first, "")));
        int bottom = server(kinds.charAt(2), "BOTTOM", leafnodes(remote("", second, "")));
        awaitAll(top, middle, bottom);
        RawClient a = client(top, "", "SUB all 1\r\nSUB w g 2\r\nSUB inbox.* 3\r\n");
        RawClient b = client(middle, "", "SUB all 1\r\nSUB w g 2\r\n");
        RawClient c = client(bottom, "", "SUB all 1\r\nSUB w g 2\r\nSUB svc q 4\r\n");
        awaitAll(top, middle, bottom);
        List<RawClient> everybody = List.of(a, b, c);
        for (RawClient from : everybody) {
            from.send("HPUB all re 20 22\r\nNATS/1.0\r\nName:v\r\n\r\nhi\r\n");
            for (RawClient to : everybody) {
                to.expect("HMSG all 1 re 20 22\r\nNATS/1.0\r\nName:v\r\n\r\nhi\r\n");
            }
            from.send("PUB w 1\r\nx\r\n".repeat(10));
            from.expect("MSG w 2 1\r\nx\r\n".repeat(10));
        }
        for (int i = 0; i < 20; i++) {
            a.send("PUB svc inbox." + i + " 1\r\n?\r\n");
            c.expect("MSG svc 4 inbox." + i + " 1\r\n?\r\n");
            c.send("PUB inbox." + i + " 1\r\n!\r\n");
            a.expect("MSG inbox." + i + " 3 1\r\n!\r\n");
        }
        awaitAll(top, middle, bottom);
        for (RawClient each : everybody) {
            each.fence();
        }
        c.send("UNSUB 4\r\n");
        Interest.awaitNone(a, "svc");
        Interest.awaitNone(b, "svc");
    }

    /** Two servers of a hub and two of a leaf node, each with a link of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"MMMM", "MNMN", "MMNN", "NNMM", "NMNM", "MNNM", "NMMN"})
    void shouldDeliverOnceBetweenClusters(String kinds) throws Exception {
        int[] leafs = {FreePort.any(), FreePort.any()};
        int[] routes = {FreePort.any(), FreePort.any()};
        int[] ports = new int[4];
        for (int i = 0; i < 4; i++) {
            int seed = routes[i / 2];
            String cluster =
                    "cluster { name: %s, listen: \"127.0.0.1:%d\"%s }\n"
                            .formatted(
                                    i < 2 ? "HUB" : "LEAF",
                                    i % 2 == 0 ? seed : FreePort.any(),
                                    i % 2 == 0
                                            ? ""
                                            : ", routes: [\"nats://127.0.0.1:" + seed + "\"]");
            ports[i] =
                    server(
                            kinds.charAt(i),
                            "S" + i,
                            cluster
                                    + (i < 2
                                            ? leafnodes(listens(leafs[i]), "no_advertise: true\n")
                                            : leafnodes(remote("", leafs[i - 2], ""))));
        }
        awaitAll(ports);
        List<RawClient> subscribers = new ArrayList<>();
        for (int port : ports) {
            subscribers.add(client(port, "", "SUB x 1\r\n"));
        }
        RawClient worker = client(ports[0], "", "SUB w g 2\r\n");
        RawClient other = client(ports[3], "", "SUB w g 2\r\n");
        awaitAll(ports);
        for (int from = 0; from < 4; from++) {
            RawClient publisher = client(ports[from], "", "");
            publisher.send("PUB x 1\r\n" + from + "\r\n" + "PUB w 0\r\n\r\n".repeat(10));
            publisher.fence();
            awaitAll(ports);
            for (RawClient each : subscribers) {
                each.expect("MSG x 1 1\r\n" + from + "\r\n");
                each.fence();
            }
        }
        String work = "MSG w 2 0\r\n\r\n";
        assertThat(worker.count(work) + other.count(work)).isEqualTo(40);
    }

    private static final String USERS =
            """
            accounts {
              A { users: [{user: a, password: x}, {user: l, password: x, permissions {
                publish: ["up.>", "inbox.>"], subscribe: "down.>"
              } }] }
            }
            """;

    /** By the user, by what the remote denies, and who asks for what isn't there. */
    @ParameterizedTest
    @ValueSource(strings = {"MM", "MN", "NM"})
    void shouldHoldToPermissions(String kinds) throws Exception {
        int leafs = FreePort.any();
        int hub = server(kinds.charAt(0), "HUB", leafnodes(listens(leafs)) + USERS);
        int spoke =
                server(
                        kinds.charAt(1),
                        "SPOKE",
                        leafnodes(
                                remote(
                                        "l:x@",
                                        leafs,
                                        "deny_imports: \"down.secret\", deny_exports: \"up.secret\"")));
        awaitUp(hub);
        awaitUp(spoke);
        RawClient here = client(hub, "a", "SUB up.> 1\r\nSUB other 2\r\nSUB re 9\r\n");
        RawClient there = client(spoke, "", "SUB down.> 1\r\nSUB private 2\r\nSUB re 9\r\n");
        Interest.await(here, "down.x");
        there.expect("MSG down.x 1 probe 0\r\n\r\n");
        Interest.await(there, "up.x");
        here.expect("MSG up.x 1 probe 0\r\n\r\n");
        Interest.awaitNone(here, "private");
        Interest.awaitNone(here, "down.secret");
        Interest.awaitNone(there, "other");
        Interest.awaitNone(there, "up.secret");
        there.send("PUB up.x 1\r\n1\r\n");
        here.expect("MSG up.x 1 1\r\n1\r\n");
        here.send("PUB down.x 1\r\n2\r\n");
        there.expect("MSG down.x 1 1\r\n2\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MMM", "NMM", "MNM", "MMN", "MNN"})
    void shouldFindLoops(String kinds) throws Exception {
        int[] leafs = {FreePort.any(), FreePort.any(), FreePort.any()};
        for (int i = 0; i < 3; i++) {
            server(
                    kinds.charAt(i),
                    "S" + i,
                    leafnodes(listens(leafs[i]), remote("", leafs[(i + 1) % 3], "")));
        }
        Modes.await(
                "a loop that is found",
                () ->
                        servers.stream()
                                .anyMatch(
                                        each ->
                                                said(
                                                        each,
                                                        "Loop detected for leafnode account=\"$G\"."
                                                                + " Delaying attempt to reconnect for"
                                                                + " 30s")));
    }

    private static boolean said(ServerProcess server, String text) {
        try {
            return server.errors().contains(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The document's files, with free ports in place of theirs. */
    @ParameterizedTest
    @ValueSource(strings = {"MM", "MN", "NM"})
    void shouldConnectTheDocumentsServers(String kinds) throws Exception {
        int port = FreePort.any();
        int hub = FreePort.any();
        int leaf = FreePort.any();
        start(
                kinds.charAt(0),
                "server",
                "port: " + hub + "\n" + document("leaf-server.conf").replace("7422", "" + port));
        awaitUp(port);
        servers.getFirst().awaitLine("[INF] Listening for leafnode connections on 0.0.0.0:" + port);
        start(
                kinds.charAt(1),
                "leaf",
                document("leaf.conf")
                        .replace("4111", "" + leaf)
                        .replace("@localhost", "@localhost:" + port));
        awaitUp(leaf);
        servers.get(1).awaitLine("[INF] Listening for client connections on 127.0.0.1:" + leaf);
        RawClient replier = new RawClient(hub);
        clients.add(replier);
        replier.send("CONNECT {\"verbose\":false,\"auth_token\":\"s3cr3t\"}\r\nSUB q 1\r\n");
        replier.fence();
        RawClient requester = client(leaf, "", "SUB inbox 2\r\n");
        Interest.await(requester, "q");
        replier.expect("MSG q 1 probe 0\r\n\r\n");
        requester.send("PUB q inbox 0\r\n\r\n");
        replier.expect("MSG q 1 inbox 0\r\n\r\n");
        replier.send("PUB inbox 2\r\n42\r\n");
        requester.expect("MSG inbox 2 2\r\n42\r\n");
    }

    private String document(String name) throws IOException {
        URL document = getClass().getResource("/documents/" + name);
        assertThat(document).isNotNull();
        try (InputStream in = document.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
