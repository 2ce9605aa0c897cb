package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What clients in different clusters get of each other where a nats-server is among the servers: of
 * the cluster A the first two, of B the third.
 */
@Tag("thorough")
class MixedGatewayMessagesIT {
    private static final int COUNT = 100;

    @TempDir private Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final int[] clients = new int[3];

    @AfterEach
    void stop() {
        servers.forEach(ServerProcess::close);
    }

    private void start(String kinds) throws IOException {
        int[] routes = {FreePort.any(), FreePort.any(), FreePort.any()};
        int[] gateways = {FreePort.any(), FreePort.any(), FreePort.any()};
        Optional<Path> natsServer = Member.natsServer();
        for (int i = 0; i < kinds.length(); i++) {
            clients[i] = FreePort.any();
            boolean ours = kinds.charAt(i) == 'M';
            assumeTrue(ours || natsServer.isPresent(), "there is no nats-server on the PATH");
            char cluster = "AAB".charAt(i);
            String known = i == 1 ? "\"nats://127.0.0.1:" + routes[0] + '"' : "";
            String other = "{name: A, urls: [\"nats://127.0.0.1:%d\", \"nats://127.0.0.1:%d\"]}";
            Path file = folder.resolve(i + ".conf");
            Files.writeString(
                    file,
                    "server_name: s%d\nlisten: \"127.0.0.1:%d\"\n".formatted(i, clients[i])
                            + "cluster { name: %s, listen: \"127.0.0.1:%d\", routes: [%s] }\n"
                                    .formatted(cluster, routes[i], known)
                            + "gateway { name: %s, listen: \"127.0.0.1:%d\", gateways: [%s] }\n"
                                    .formatted(
                                            cluster,
                                            gateways[i],
                                            i < 2 ? "" : other.formatted(gateways[0], gateways[1]))
                            + SharedAccounts.SHARING);
            Path launcher = ours ? ServerProcess.LAUNCHER : natsServer.orElseThrow();
            servers.add(new ServerProcess(launcher, Map.of(), folder, "-c", file.toString()));
        }
        for (ServerProcess server : servers) {
            server.awaitLine("Server is ready");
        }
        awaitCluster();
    }

    /**
     * Waits until each account has its route between the servers of one cluster, both ways: an
     * answer from another cluster that comes to the wrong one of them before is lost, in the
     * reference too.
     */
    private void awaitCluster() throws IOException {
        for (String user : List.of("e", "i", "c")) {
            for (int one = 0; one < 2; one++) {
                String subject = "formed." + one;
                try (RawClient _ = subscribed(one, user, "SUB " + subject + " 1\r\n")) {
                    awaitInterest(1 - one, user, subject);
                }
            }
        }
    }

    private RawClient login(int index, String user) throws IOException {
        return RawClient.login(clients[index], user);
    }

    /** A client that wants something, by which its server has begun to know it. */
    private RawClient subscribed(int index, String user, String lines) throws IOException {
        RawClient client = login(index, user);
        client.send(lines);
        client.fence();
        return client;
    }

    /** Waits until those of another server want something; they get what is asked by this. */
    private void awaitInterest(int index, String user, String subject) throws IOException {
        try (RawClient asking = login(index, user)) {
            Interest.await(asking, subject);
        }
    }

    private void awaitNone(int index, String user, String subject) throws IOException {
        try (RawClient asking = login(index, user)) {
            Interest.awaitNone(asking, subject);
        }
    }

    /** The next message that isn't a probe. */
    private static RawMessage next(RawClient client) throws IOException {
        RawMessage message = RawMessage.read(client);
        while (message.reply().equals(Interest.REPLY)) {
            message = RawMessage.read(client);
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"MMN", "NNM", "MNM", "NMN"})
    void shouldSendMessagesToAndFro(String kinds) throws Exception {
        start(kinds);
        for (int[] way : new int[][] {{0, 2}, {1, 2}, {2, 0}, {2, 1}}) {
            String subject = "news." + way[0] + way[1];
            try (RawClient subscriber = subscribed(way[1], "c", "SUB " + subject + " 1\r\n");
                    RawClient few = subscribed(way[1], "c", "SUB few 1\r\nUNSUB 1 5\r\n");
                    RawClient publisher = login(way[0], "c")) {
                awaitInterest(way[0], "c", subject);
                awaitInterest(way[0], "c", "few");
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < COUNT; i++) {
                    all.append(
                            "HPUB %s 17 19\r\nNATS/1.0\r\nA:b\r\n\r\n%02d\r\n"
                                    .formatted(subject, i));
                }
                publisher.send(all.toString());
                for (int i = 0; i < COUNT; i++) {
                    RawMessage message = next(subscriber);
                    assertThat(message.headers()).isEqualTo("NATS/1.0\r\nA:b\r\n\r\n");
                    assertThat(message.payload()).isEqualTo("%02d".formatted(i));
                }
                // Probes count as well, of which there was at least one.
                publisher.send("PUB few 0\r\n\r\n".repeat(5));
                for (int i = 0; i < 5; i++) {
                    assertThat(RawMessage.read(few).subject()).isEqualTo("few");
                }
                awaitNone(way[0], "c", "few");
                few.fence();
                subscriber.fence();
            }
            awaitNone(way[0], "c", subject);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MMN", "NNM", "MNM", "NMN"})
    void shouldGiveQueueGroupsOfTheOwnClusterWhatIsTheirs(String kinds) throws Exception {
        start(kinds);
        try (RawClient far = subscribed(2, "c", "SUB job work 1\r\n");
                RawClient publisher = login(0, "c")) {
            awaitInterest(0, "c", "job");
            try (RawClient near = subscribed(1, "c", "SUB job work 1\r\nSUB nearby 2\r\n")) {
                awaitInterest(0, "c", "nearby");
                publisher.send("PUB job 2\r\nhi\r\n".repeat(COUNT));
                for (int i = 0; i < COUNT; i++) {
                    assertThat(nextJob(near).payload()).isEqualTo("hi");
                }
            }
            awaitNone(0, "c", "nearby");
            publisher.send("PUB job 3\r\nend\r\n".repeat(COUNT));
            for (int i = 0; i < COUNT; i++) {
                assertThat(next(far).payload()).isEqualTo("end");
            }
            far.fence();
        }
    }

    private static RawMessage nextJob(RawClient client) throws IOException {
        RawMessage message = next(client);
        return message.subject().equals("job") ? message : next(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MMN", "NNM", "MNM", "NMN"})
    void shouldAnswerWhoHasOnlyJustSubscribed(String kinds) throws Exception {
        start(kinds);
        for (int[] way : new int[][] {{0, 2}, {1, 2}, {2, 0}, {2, 1}}) {
            String subject = "ask." + way[0] + way[1];
            try (RawClient service = subscribed(way[1], "c", "SUB " + subject + " q 1\r\n")) {
                awaitInterest(way[0], "c", subject);
                for (int i = 0; i < 5; i++) {
                    String inbox = "inbox." + way[0] + way[1] + i;
                    try (RawClient asking = login(way[0], "c")) {
                        asking.send(
                                "SUB %s.* 1\r\nPUB %s %s.1 1\r\n%d\r\n"
                                        .formatted(inbox, subject, inbox, i));
                        RawMessage request = next(service);
                        assertThat(request.reply()).isEqualTo(inbox + ".1");
                        service.send("PUB " + request.reply() + " 2\r\nok\r\n");
                        assertThat(RawMessage.read(asking).payload()).isEqualTo("ok");
                        asking.fence();
                    }
                }
                service.fence();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MMN", "NNM", "MNM", "NMN"})
    void shouldServeImportsFromAnotherCluster(String kinds) throws Exception {
        start(kinds);
        for (int[] way : new int[][] {{0, 2}, {1, 2}, {2, 0}, {2, 1}}) {
            String name = "" + way[0] + way[1];
            try (RawClient exporter = subscribed(way[1], "e", "SUB req." + name + " 1\r\n");
                    RawClient importer = login(way[0], "i")) {
                awaitInterest(way[0], "e", "req." + name);
                importer.send(
                        "SUB answer.%s 1\r\nPUB req.%s answer.%s 2\r\nhi\r\n"
                                .formatted(name, name, name));
                RawMessage request = next(exporter);
                assertThat(request.reply()).startsWith("_R_.");
                exporter.send("PUB " + request.reply() + " 2\r\nok\r\n");
                assertThat(RawMessage.read(importer).payload()).isEqualTo("ok");
                importer.send("SUB in.s." + name + " 2\r\n");
                importer.fence();
                awaitInterest(way[1], "e", "s." + name);
                exporter.send("PUB s." + name + " 2\r\nhi\r\n");
                RawMessage streamed = next(importer);
                assertThat(streamed.subject()).isEqualTo("in.s." + name);
                assertThat(streamed.payload()).isEqualTo("hi");
                importer.fence();
            }
        }
    }
}
