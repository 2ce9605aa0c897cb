package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The clusters of the documents, by their own commands: with other ports, nothing else. */
class ClusterProcessIT {
    @TempDir private Path folder;

    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        servers.forEach(ServerProcess::close);
    }

    private static int[] freePorts(int count) throws IOException {
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            ports[i] = FreePort.any();
        }
        return ports;
    }

    private void start(String command) throws IOException {
        servers.add(new ServerProcess(folder, command.split(" ")));
    }

    private RawClient client(int port) throws IOException {
        RawClient client = RawClient.connected(port);
        clients.add(client);
        return client;
    }

    /** A message from each to each, once it is known that somebody wants it. */
    private void expectMessagesAcross(int... ports) throws IOException {
        for (ServerProcess server : servers) {
            server.awaitLine("Server is ready");
        }
        for (int to : ports) {
            RawClient subscriber = client(to);
            subscriber.send("SUB to." + to + " 1\r\n");
            subscriber.fence();
            for (int from : ports) {
                RawClient publisher = client(from);
                publisher.send("SUB none 1\r\n");
                Modes.await("interest of " + to + " at " + from, () -> isWanted(publisher, to));
                publisher.send("PUB to." + to + " 2\r\nhi\r\n");
                String line;
                do {
                    line = subscriber.lineAfterPing() + subscriber.line();
                } while (line.endsWith("?\r\n"));
                assertThat(line).isEqualTo("MSG to." + to + " 1 2\r\nhi\r\n");
            }
        }
    }

    /** Asks until nobody says that nobody listens. */
    private static boolean isWanted(RawClient publisher, int to) {
        try {
            publisher.send("PUB to." + to + " none 1\r\n?\r\nPING\r\n");
            boolean wanted = true;
            String line = publisher.lineAfterPing();
            while (!line.equals("PONG\r\n")) {
                wanted &= !line.startsWith("HMSG none");
                line = publisher.lineAfterPing();
            }
            return wanted;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** No name is given: the servers agree on one that one of them made up. */
    @Test
    void shouldJoinServersThatKnowTheSeed() throws Exception {
        int[] p = freePorts(6);
        start("-p " + p[0] + " -cluster nats://localhost:" + p[3] + " -D");
        start(
                "-p %d -cluster nats://localhost:%d -routes nats://localhost:%d -D"
                        .formatted(p[1], p[4], p[3]));
        start(
                "-p %d -cluster nats://localhost:%d -routes nats://localhost:%d -D"
                        .formatted(p[2], p[5], p[3]));
        expectMessagesAcross(p[0], p[1], p[2]);
        servers.get(0).awaitLine("[INF] Listening for route connections on localhost:" + p[3]);
        servers.get(1).awaitLine("[DBG] Trying to connect to route on localhost:" + p[3]);
        servers.get(1).awaitLine("Route connection created");
        servers.get(1).awaitLine("Route connect msg sent");
        servers.get(1).awaitLine("Registering remote route \"N");
    }

    /** Each server gets the same routes, its own among them. */
    @Test
    void shouldJoinServersThatAllHaveTheSameRoutes() throws Exception {
        int[] p = freePorts(6);
        String routes = " -routes nats://localhost:%d,nats://localhost:%d".formatted(p[3], p[4]);
        for (int i = 0; i < 3; i++) {
            start("-D -p " + p[i] + " -cluster nats://localhost:" + p[3 + i] + routes);
        }
        expectMessagesAcross(p[0], p[1], p[2]);
        servers.get(0)
                .awaitLine("Detected route to self, ignoring \"nats-route://localhost:" + p[3]);
    }

    @Test
    void shouldJoinByTheFileOfTheSeed() throws Exception {
        int[] p = freePorts(4);
        Path seed = folder.resolve("seed.conf");
        Files.writeString(
                seed,
                """
                # Cluster Seed Node

                listen: 127.0.0.1:%d
                http: 127.0.0.1:-1

                cluster {
                  listen: 127.0.0.1:%d
                }
                """
                        .formatted(p[0], p[1]));
        start("-config " + seed + " -D");
        start(
                "-p %d -cluster nats://localhost:%d -routes nats://localhost:%d -D"
                        .formatted(p[2], p[3], p[1]));
        expectMessagesAcross(p[0], p[2]);
    }
}
