package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.testing.LoopbackProxy;
import io.millrace.broker.testing.NatsServers;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Members and connections of a cluster that misbehave: the others notice, and go on. */
@Tag("thorough")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class ClusterFaultsIT {
    private static final int PAYLOAD = 100_000;
    private static final String FLOOD =
            "PUB flood " + PAYLOAD + "\r\n" + "x".repeat(PAYLOAD) + "\r\n";
    private static final String CONNECT =
            "CONNECT {\"verbose\":false,\"name\":\"%s\",\"cluster\":\"%s\"}\r\n";
    private static final String INFO =
            "INFO {\"server_id\":\"%s\",\"server_name\":\"%<s\",\"host\":\"127.0.0.1\",\"port\":1,"
                    + "\"cluster\":\"C\",\"route_pool_size\":3} \r\n";

    @TempDir private Path folder;

    private Member process(String name, @Nullable Member seed, String... more) throws IOException {
        Member member = new Member(ServerProcess.LAUNCHER, folder, name, seed, more);
        member.start();
        return member;
    }

    // --- frozen

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDropAFrozenMemberAndTakeItBackWhenItThaws(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (Member frozen = process("frozen", null);
                NatsServer first = Cluster.start(mode, log, impatient(Cluster.knowing(frozen)));
                NatsServer second = Cluster.start(mode, impatient(Cluster.knowing(frozen)));
                RawClient subscriber = RawClient.connected(frozen.port());
                RawClient publisher = RawClient.connected(first)) {
            Cluster.awaitRoutes(2 * Cluster.ROUTES, first, second);
            subscriber.send("SUB a 1\r\n");
            subscriber.fence();
            Modes.await("interest", () -> first.subscriptionCount() == 1);
            try (Pair pair = new Pair(first.port(), second.port())) {
                frozen.process().signal("STOP");
                log.await("Stale Router Connection - Closing");
                log.await("Router connection closed: Stale Connection - Remote: frozen");
                pair.exchange(100);
                Interest.awaitNone(publisher, "a");
                frozen.process().signal("CONT");
                frozen.awaitRoutes(2 * Cluster.ROUTES);
                Interest.await(publisher, "a");
                pair.exchange(100);
            }
            Cluster.awaitRoutes(2 * Cluster.ROUTES, first, second);
            publisher.send("PUB a 5\r\nhello\r\n");
            String line = subscriber.lineAfterPing();
            while (line.startsWith("MSG a 1 " + Interest.REPLY)) {
                // some of the questions whether it is wanted were asked before it was stale
                subscriber.expect("\r\n");
                line = subscriber.lineAfterPing();
            }
            assertThat(line).isEqualTo("MSG a 1 5\r\n");
            subscriber.expect("hello\r\n");
            subscriber.fence();
        }
    }

    private static UnaryOperator<ClusterOptions.Builder> impatient(
            UnaryOperator<ClusterOptions.Builder> change) {
        return cluster -> change.apply(cluster).pingInterval(Duration.ofMillis(500)).pingMax(2);
    }

    @ParameterizedTest
    @CsvSource({
        "inline, 1MB, 60s, MaxPending of 67108864 Exceeded",
        "dedicated, 1MB, 60s, MaxPending of 67108864 Exceeded",
        "inline, 64MB, 300ms, WriteDeadline of 300ms exceeded",
        "dedicated, 64MB, 300ms, WriteDeadline of 300ms exceeded"
    })
    void shouldNotHoldUpTheOthersForAMemberThatDoesNotRead(
            String threading, String maxPending, String deadline, String complaint)
            throws Exception {
        Path config = folder.resolve("flooded.conf");
        Files.writeString(
                config,
                "threading: %s\nmax_pending: %s\ncluster { write_deadline: \"%s\" }\n"
                        .formatted(threading, maxPending, deadline));
        try (Member frozen = process("frozen", null);
                Member flooded = process("flooded", frozen, "-c", config.toString());
                Member third = process("third", frozen);
                RawClient subscriber = RawClient.connected(frozen.port());
                RawClient publisher = RawClient.connected(flooded.port())) {
            for (Member each : List.of(frozen, flooded, third)) {
                each.awaitRoutes(2 * Cluster.ROUTES);
            }
            subscriber.send("SUB flood 1\r\n");
            subscriber.fence();
            Interest.await(publisher, "flood");
            try (Pair pair = new Pair(flooded.port(), third.port())) {
                long before = peakKib(flooded);
                frozen.process().signal("STOP");
                Thread flood = Thread.ofVirtual().start(() -> flood(publisher, 1_500));
                while (!flooded.process().errors().contains("Slow Consumer Detected")) {
                    pair.exchange(20);
                }
                assertThat(flood.join(Duration.ofSeconds(60))).isTrue();
                publisher.fence();
                pair.exchange(100);
                flooded.process().awaitLine("Slow Consumer Detected: " + complaint);
                flooded.process().awaitLine("Router connection closed: Slow Consumer");
                // Of 150 MB, at most 64 were kept.
                assertThat(peakKib(flooded) - before).isLessThan(110 * 1024);
                frozen.process().signal("CONT");
                Interest.await(publisher, "flood");
                pair.exchange(100);
            }
        }
    }

    private static void flood(RawClient publisher, int messages) {
        try {
            for (int i = 0; i < messages; i++) {
                publisher.send(FLOOD);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long peakKib(Member member) {
        return kib(member, "VmHWM");
    }

    private static long kib(Member member, String what) {
        Path status = Path.of("/proc", "" + member.process().pid(), "status");
        try {
            Matcher matcher =
                    Pattern.compile(what + ":\\s+(\\d+) kB").matcher(Files.readString(status));
            assertThat(matcher.find()).isTrue();
            return Long.parseLong(matcher.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- garbage

    @Test
    void shouldBeRidOfGarbageAndSilenceOnTheRoutePort() throws Exception {
        Path config = folder.resolve("attacked.conf");
        Files.writeString(
                config, "connect_timeout: \"500ms\"\ncluster { ping_interval: \"300ms\" }\n");
        try (Member attacked = process("attacked", null, "-c", config.toString());
                NatsServer other = Cluster.start(Mode.INLINE, Cluster.knowing(attacked));
                Pair pair = new Pair(attacked.port(), other.port())) {
            attacked.awaitRoutes(Cluster.ROUTES);
            long descriptors = descriptors(attacked);
            Random random = new Random(5);
            attack(attacked, random);
            long before = kib(attacked, "VmRSS");
            for (int i = 0; i < 4; i++) {
                attack(attacked, random);
                pair.exchange(50);
            }
            attacked.awaitRoutes(Cluster.ROUTES);
            Modes.await("descriptors", () -> descriptors(attacked) <= descriptors);
            Modes.await("memory", () -> kib(attacked, "VmRSS") - before < 40 * 1024);
            assertThat(other.routeCount()).isEqualTo(Cluster.ROUTES);
        }
    }

    private static long descriptors(Member member) {
        try (Stream<Path> all = Files.list(Path.of("/proc", "" + member.process().pid(), "fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Three hundred connections at once, which the server has to end. */
    private static void attack(Member attacked, Random random) throws IOException {
        List<RawClient> connections = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            RawClient connection = new RawClient(attacked.clusterPort());
            connections.add(connection);
            String id = "N" + random.nextLong();
            byte[] noise = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(noise);
            try {
                switch (i % 6) {
                    case 0 -> connection.send(noise);
                    case 1 -> connection.socket().shutdownOutput();
                    case 2 -> connection.send("CONN");
                    case 3 -> connection.send(CONNECT.formatted(id, "C"));
                    case 4 -> {
                        connection.send(CONNECT.formatted(id, "C") + INFO.formatted(id));
                        connection.send("RS+ $G a." + i + "\r\nRMSG $G b 1000000\r\n");
                    }
                    default -> {
                        connection.send(CONNECT.formatted(id, "C") + INFO.formatted(id));
                        connection.send("RS+ $G a." + i + "\r\n");
                        connection.send(noise);
                    }
                }
            } catch (IOException e) {
                // it is closed already
            }
        }
        for (RawClient connection : connections) {
            connection.readToEnd();
            connection.close();
        }
    }

    // --- flapping

    @Test
    void shouldHealEachTimeWhenRoutesFlapAHundredTimes() throws Exception {
        try (LoopbackProxy proxy = new LoopbackProxy();
                NatsServers both = Cluster.of(2, Mode.INLINE);
                NatsServer other =
                        Cluster.start(
                                Mode.DEDICATED,
                                cluster ->
                                        Cluster.knowing(both.server(0))
                                                .apply(cluster)
                                                .advertise("127.0.0.1:" + proxy.port()))) {
            // Its address is that of the proxy, where the other one therefore finds it.
            NatsServer seed = both.server(0);
            NatsServer one = both.server(1);
            proxy.leadTo(other.clusterPort());
            Cluster.awaitMesh(seed, one, other);
            try (RawClient subscriber = RawClient.connected(other);
                    RawClient publisher = RawClient.connected(one);
                    RawClient back = RawClient.connected(one);
                    RawClient forth = RawClient.connected(other)) {
                subscriber.send("SUB a.* 1\r\nSUB a.* q 2\r\n");
                subscriber.fence();
                back.send("SUB b.* 1\r\n");
                back.fence();
                long threads = threads();
                for (int i = 0; i < 100; i++) {
                    int before = proxy.accepted();
                    proxy.cut();
                    Modes.await(
                            () -> proxy.open() + " connections",
                            () -> proxy.accepted() > before && proxy.open() == Cluster.ROUTES);
                    Cluster.awaitMesh(seed, one, other);
                    Modes.await("interest", () -> one.subscriptionCount() == 3);
                    Modes.await("interest", () -> other.subscriptionCount() == 3);
                    publisher.send("PUB a." + i + " 0\r\n\r\n");
                    forth.send("PUB b." + i + " 0\r\n\r\n");
                    assertThat(
                                    List.of(
                                            subscriber.lineAfterPing() + subscriber.line(),
                                            subscriber.lineAfterPing() + subscriber.line()))
                            .containsExactlyInAnyOrder(
                                    "MSG a." + i + " 1 0\r\n\r\n", "MSG a." + i + " 2 0\r\n\r\n");
                    assertThat(back.lineAfterPing()).isEqualTo("MSG b." + i + " 1 0\r\n");
                    back.expect("\r\n");
                }
                subscriber.fence();
                back.fence();
                Modes.await("no more threads", () -> threads() <= threads);
            }
            for (NatsServer each : List.of(seed, one, other)) {
                Modes.await("no interest", () -> each.subscriptionCount() == 0);
            }
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace"))
                .count();
    }

    // --- wrong names

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotBeDisturbedByOneOfAnotherClusterThatKeepsTrying(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer first = Cluster.start(mode, log, cluster -> cluster);
                NatsServer second = Cluster.start(mode, Cluster.knowing(first));
                Pair pair = new Pair(first.port(), second.port())) {
            Cluster.awaitMesh(first, second);
            try (NatsServer wrong =
                    Cluster.start(
                            mode, cluster -> Cluster.knowing(first).apply(cluster).name("D"))) {
                for (int i = 0; i < 300; i++) {
                    try (RawClient peer = new RawClient(first.clusterPort())) {
                        peer.send(CONNECT.formatted("NWRONG", "E"));
                        peer.readToEnd();
                    }
                    pair.exchange(5);
                }
                Modes.await(
                        "more than one attempt each",
                        () ->
                                log.all().stream()
                                                .filter(
                                                        line ->
                                                                line.startsWith("[ERR]")
                                                                        && line.contains(
                                                                                "\"D\" does"))
                                                .count()
                                        >= 5);
                pair.exchange(100);
                assertThat(wrong.routeCount()).isZero();
            }
            Cluster.awaitMesh(first, second);
            assertThat(log.all())
                    .noneMatch(line -> line.contains("closed") && line.contains("Remote"));
        }
    }
}
