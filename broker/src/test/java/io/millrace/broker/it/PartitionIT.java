package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The other side of every kind of link is cut off, so that packets are lost and nobody is told: who
 * is here is served as before, and when the network is whole again everything gets where it is
 * wanted, once.
 */
@Tag("thorough")
@EnabledOnOs(OS.LINUX)
@Timeout(180)
class PartitionIT {
    private static final int MESSAGES = 200;
    private static final int FLAPS = 20;
    private static final int CLIENTS = 4222;
    private static final int PAYLOAD = 50_000;

    private static final String IMPATIENT =
            "ping_interval: \"300ms\"\nwrite_deadline: \"1s\"\nmax_pending: 8MB\n";

    private static final String HERE =
            """
            server_name: here
            cluster { name: A, listen: "%1$s:6222" }
            leafnodes { listen: "%1$s:7422" }
            gateway { name: A, listen: "%1$s:7222", gateways: [
              {name: A, url: "nats://%1$s:7222"}, {name: B, url: "nats://%2$s:7222"} ] }
            """;

    /** A member of the same cluster, a leaf node, and another cluster. */
    private static final List<String> THERE =
            List.of(
                    """
                    server_name: mate
                    listen: "%2$s:4222"
                    cluster { name: A, listen: "%2$s:6222", routes: ["nats://%1$s:6222"] }
                    gateway { name: A, listen: "%2$s:7223", gateways: [
                      {name: A, url: "nats://%1$s:7222"}, {name: B, url: "nats://%2$s:7222"} ] }
                    """,
                    """
                    server_name: spoke
                    listen: "%2$s:4223"
                    leafnodes { reconnect: "50ms", remotes: [{url: "nats-leaf://%1$s:7422"}] }
                    """,
                    """
                    server_name: other
                    listen: "%2$s:4224"
                    gateway { name: B, listen: "%2$s:7222", gateways: [
                      {name: A, url: "nats://%1$s:7222"}, {name: B, url: "nats://%2$s:7222"} ] }
                    """);

    @TempDir private Path folder;
    private final LogLines log = new LogLines();
    private final List<ServerProcess> servers = new ArrayList<>();

    private static String text(String configuration, Island island) {
        return IMPATIENT + configuration.formatted(island.here(), island.there());
    }

    private void startThere(Island island, Path launcher) throws IOException {
        for (String each : THERE) {
            Path file = Files.createTempFile(folder, "there", ".conf");
            Files.writeString(file, text(each, island));
            servers.add(island.start(folder, launcher, file));
        }
        for (ServerProcess server : servers) {
            server.awaitLine("Server is ready");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeWhoIsHereAndHealWhenTheNetworkDoes(Mode mode) throws Exception {
        shouldHeal(mode, ServerProcess.LAUNCHER);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHealWithServersOfTheReference(Mode mode) throws Exception {
        Optional<Path> natsServer = Member.natsServer();
        assumeTrue(natsServer.isPresent(), "there is no nats-server on the PATH");
        shouldHeal(mode, natsServer.get());
    }

    private void shouldHeal(Mode mode, Path launcher) throws Exception {
        Optional<Island> made = Island.make();
        assumeTrue(made.isPresent(), "no network namespaces here");
        try (Island island = made.get();
                NatsServer here = Leafs.start(mode, log, text(HERE, island))) {
            startThere(island, launcher);
            shouldReachEverybodyOnce(here, island, "before");
            try (Pair pair = new Pair(here.port(), here.port());
                    SignsOfLife _ = new SignsOfLife(pair.all())) {
                island.cut();
                flood(here, pair);
                log.await("Router connection closed: ", " - Remote: mate");
                log.await("Leafnode connection closed: ", " - Remote: spoke");
                log.await("Gateway connection closed: ", " - Remote: other");
                pair.exchange(MESSAGES);
                island.mend();
                shouldReachEverybodyOnce(here, island, "healed");
                for (int i = 0; i < FLAPS; i++) {
                    island.cut();
                    pair.exchange(MESSAGES);
                    island.mend();
                    pair.exchange(MESSAGES);
                }
            }
            shouldReachEverybodyOnce(here, island, "flapped");
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    /** Fills what waits for those who are cut off, who all want it. */
    private static void flood(NatsServer here, Pair pair) throws Exception {
        String message = "PUB flood " + PAYLOAD + "\r\n" + "x".repeat(PAYLOAD) + "\r\n";
        try (RawClient publisher = RawClient.connected(here)) {
            for (int i = 0; i < MESSAGES; i++) {
                publisher.send(message);
                pair.exchange(1);
            }
            publisher.fence();
        }
    }

    /** Messages get from here to everybody, and from everybody to here, each of them once. */
    private static void shouldReachEverybodyOnce(NatsServer here, Island island, String when)
            throws Exception {
        try (RawClient near = RawClient.connected(here);
                RawClient askingNear = RawClient.connected(here)) {
            for (int i = 0; i < THERE.size(); i++) {
                String there = when + ".there." + i;
                String back = when + ".here." + i;
                try (RawClient far = island.connect(CLIENTS + i);
                        RawClient askingFar = island.connect(CLIENTS + i);
                        SignsOfLife _ =
                                new SignsOfLife(List.of(near, askingNear, far, askingFar))) {
                    far.send("SUB flood 0\r\nSUB " + there + " 1\r\n");
                    near.send("SUB " + back + " 1\r\n");
                    far.fence();
                    near.fence();
                    Interest.await(askingNear, there);
                    Interest.await(askingFar, back);
                    shouldReachOnce(near, far, there);
                    shouldReachOnce(far, near, back);
                    near.send("UNSUB 1\r\n");
                }
            }
        }
    }

    private static void shouldReachOnce(RawClient from, RawClient to, String subject)
            throws IOException {
        StringBuilder messages = new StringBuilder();
        for (int i = 0; i <= MESSAGES; i++) {
            messages.append("PUB %s n.%d 0\r\n\r\n".formatted(subject, i));
        }
        from.send(messages.toString());
        String line = to.lineAfterPing();
        while (line.endsWith(" " + Interest.REPLY + " 0\r\n")) {
            to.expect("\r\n");
            line = to.lineAfterPing();
        }
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(line).isEqualTo("MSG %s 1 n.%d 0\r\n", subject, i);
            to.expect("\r\n");
            line = to.lineAfterPing();
        }
        assertThat(line).isEqualTo("MSG %s 1 n.%d 0\r\n", subject, MESSAGES);
        to.expect("\r\n");
    }
}
