package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.ServerListener;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What listeners and recordings of the JVM are told, in which order, and what they may do. */
@Timeout(120)
class ListenerIT {
    private static final int PAYLOAD = 100_000;
    private static final String FLOOD =
            "PUB flood " + PAYLOAD + "\r\n" + "x".repeat(PAYLOAD) + "\r\n";

    @TempDir private Path folder;

    /** Writes down whatever it is told. */
    private static final class Diary implements ServerListener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void onConnect(Client client) {
            heard.add("+" + client.name() + " of " + client.account());
        }

        @Override
        public void onDisconnect(Client client, String reason) {
            heard.add("-" + client.name() + " " + reason);
        }

        @Override
        public void onSlowConsumer(Client client, String subject, long pendingBytes) {
            heard.add("slow " + client.name() + " " + subject + " " + (pendingBytes > 1_000_000));
        }

        @Override
        public void onRouteUp(Route route) {
            heard.add("up " + route.kind() + " " + route.name() + " " + route.account());
        }

        @Override
        public void onRouteDown(Route route, String reason) {
            heard.add("down " + route.kind() + " " + route.name() + " " + reason);
        }

        @Override
        public void onError(String text) {
            heard.add(text.substring(text.lastIndexOf(" - ") + 3));
        }

        String next() throws InterruptedException {
            String next = heard.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("an event").isNotNull();
            return next;
        }

        /** Waits for an event, among others. */
        void await(String event) throws InterruptedException {
            while (!next().equals(event)) {
                // another one
            }
        }
    }

    private static NatsServer.Builder server(Mode mode, ServerListener listener) {
        return NatsServer.builder()
                .port(0)
                .options(options -> options.threading(mode))
                .listener(listener);
    }

    private static RawClient called(NatsServer server, String name) throws Exception {
        RawClient client = new RawClient(server);
        client.send(connect(name));
        client.fence();
        return client;
    }

    private static String connect(String name) {
        return "CONNECT {\"verbose\":false,\"name\":\"" + name + "\"}\r\n";
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellWhoComesAndGoesAndWhatGoesWrongInOrder(Mode mode) throws Exception {
        Diary diary = new Diary();
        try (NatsServer server = server(mode, diary).start()) {
            RawClient joe = called(server, "joe");
            RawClient ann = called(server, "ann");
            joe.close();
            assertThat(diary.next()).isEqualTo("+joe of $G");
            assertThat(diary.next()).isEqualTo("+ann of $G");
            assertThat(diary.next()).isEqualTo("-joe Client Closed");
            ann.send("NONSENSE\r\n");
            ann.readToEnd();
            assertThat(diary.next()).startsWith("Client parser ERROR").contains("NONSENSE");
            assertThat(diary.next()).isEqualTo("-ann Protocol Violation");
            ann.close();
            // One that never says who it is comes to nobody's notice but goes.
            Socket silent = RawClient.open(server.port());
            Modes.await("it is connected", () -> server.clientCount() == 1);
            silent.close();
            assertThat(diary.next()).isEqualTo("- Client Closed");
            called(server, "last");
            assertThat(diary.next()).isEqualTo("+last of $G");
        }
        // Closing waits until that is told, too.
        assertThat(diary.heard).containsExactly("-last Server Shutdown");
    }

    @Test
    void shouldGoOnAndCloseWhileAListenerNeverReturns() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        ServerListener forever =
                new ServerListener() {
                    @Override
                    public void onConnect(Client client) {
                        stuck.countDown();
                        boolean interrupted = false;
                        while (!interrupted) {
                            try {
                                Thread.sleep(Duration.ofDays(1));
                            } catch (InterruptedException e) {
                                interrupted = true;
                            }
                        }
                    }
                };
        NatsServer server = server(Mode.DEDICATED, forever).start();
        try (RawClient client = called(server, "a")) {
            stuck.await();
            client.send("SUB a 1\r\nPUB a 2\r\nhi\r\n");
            client.expect("MSG a 1 2\r\nhi\r\n");
            called(server, "b").close();
        }
        long startNs = System.nanoTime();
        server.close();
        assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                .isLessThan(Duration.ofSeconds(15));
        assertThat(server.isClosed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetAListenerAskTheServerAndCloseIt(Mode mode) throws Exception {
        BlockingQueue<NatsServer> servers = new LinkedBlockingQueue<>();
        BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
        ServerListener closes =
                new ServerListener() {
                    @Override
                    public void onConnect(Client client) {
                        try {
                            NatsServer server = servers.take();
                            asked.add(server.stats().connections());
                            long startNs = System.nanoTime();
                            server.close();
                            asked.add(Duration.ofNanos(System.nanoTime() - startNs));
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                };
        NatsServer server = server(mode, closes).start();
        servers.add(server);
        try (RawClient client = new RawClient(server)) {
            client.send(connect("a"));
            server.awaitClosed();
            client.readToEnd();
        }
        assertThat(asked.take()).isEqualTo(1);
        // It isn't waited for, lest the two wait for each other.
        assertThat((Duration) asked.take()).isLessThan(Duration.ofSeconds(4));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOfSlowConsumersAndRecordWhoWasHeldBackForThem(Mode mode) throws Exception {
        Diary diary = new Diary();
        try (Recording recording = new Recording()) {
            recording.start();
            long stalls;
            try (NatsServer server =
                            server(mode, diary)
                                    .options(options -> options.maxPending(4_000_000))
                                    .options(options -> options.serverName("held"))
                                    .start();
                    RawClient sloth = called(server, "sloth");
                    RawClient busy = called(server, "busy")) {
                sloth.send("SUB flood 1\r\n");
                sloth.fence();
                busy.send(FLOOD.repeat(200));
                busy.fence();
                diary.await("slow sloth flood true");
                diary.await("-sloth Slow Consumer (Pending Bytes)");
                stalls = server.stats().stalls();
                assertThat(server.stats().slowConsumers()).isOne();
            }
            List<RecordedEvent> events = dump(recording);
            assertThat(named(events, "SlowConsumer"))
                    .singleElement()
                    .satisfies(
                            event -> {
                                assertThat(event.getString("client")).isEqualTo("sloth");
                                assertThat(event.getString("subject")).isEqualTo("flood");
                                assertThat(event.getLong("pendingBytes")).isPositive();
                            });
            assertThat(stalls).isPositive();
            assertThat(named(events, "Stall"))
                    .hasSizeBetween(1, (int) stalls)
                    .allSatisfy(
                            event -> {
                                assertThat(event.getString("server")).isEqualTo("held");
                                assertThat(event.getString("client")).isEqualTo("busy");
                                assertThat(event.getString("consumerKind")).isEqualTo("Client");
                                assertThat(event.getString("consumer")).isEqualTo("sloth");
                                assertThat(event.getLong("consumerCid")).isOne();
                                assertThat(event.getLong("pendingBytes")).isGreaterThan(2_000_000);
                            })
                    .anySatisfy(event -> assertThat(event.getDuration()).isPositive());
            assertThat(named(events, "Disconnect"))
                    .filteredOn(event -> event.getString("client").equals("sloth"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getDuration("lasted")).isPositive());
        }
    }

    @Test
    void shouldTellOfServersThatAreConnectedAndGone() throws Exception {
        Diary diary = new Diary();
        String common = "host: 127.0.0.1, port: -1";
        String hub =
                """
                server_name: hub
                cluster { name: A, pool_size: -1, %1$s }
                gateway { name: A, %1$s }
                leafnodes { %1$s }
                """
                        .formatted(common);
        try (Recording recording = new Recording()) {
            recording.start();
            try (NatsServer server =
                    NatsServer.builder().port(0).config(hub).listener(diary).start()) {
                String route =
                        "server_name: r, cluster { name: A, pool_size: -1, %s, routes: [ nats://127.0.0.1:%d ] }"
                                        .formatted(common, server.clusterPort())
                                + ", gateway { name: A, "
                                + common
                                + " }";
                String leaf =
                        "server_name: l, leafnodes { reconnect: 1, remotes: [ { url: nats://127.0.0.1:%d } ] }"
                                .formatted(server.leafPort());
                String gateway =
                        "server_name: g, cluster { name: B, %1$s }, gateway { name: B, %1$s, gateways: [ { name: A, url: nats://127.0.0.1:%2$d } ] }"
                                .formatted(common, server.gatewayPort());
                String silent = "\nping_interval: 1h\n";
                Diary ofLeaf = new Diary();
                try (NatsServer _ = NatsServer.builder().port(0).config(route + silent).start()) {
                    diary.await("up ROUTE r ");
                }
                diary.await("down ROUTE r Client Closed");
                try (NatsServer _ =
                        NatsServer.builder()
                                .port(0)
                                .config(leaf + silent)
                                .listener(ofLeaf)
                                .start()) {
                    diary.await("up LEAF_NODE l $G");
                    ofLeaf.await("up HUB hub $G");
                }
                diary.await("down LEAF_NODE l Client Closed");
                ofLeaf.await("down HUB hub Server Shutdown");
                try (NatsServer _ = NatsServer.builder().port(0).config(gateway + silent).start()) {
                    // Of both directions.
                    diary.await("up GATEWAY g ");
                    diary.await("up GATEWAY g ");
                }
                diary.await("down GATEWAY g Client Closed");
                diary.await("down GATEWAY g Client Closed");
            }
            assertThat(dump(recording))
                    .filteredOn(event -> event.getEventType().getName().contains(".Route"))
                    .filteredOn(event -> event.getString("server").equals("hub"))
                    .extracting(
                            event ->
                                    event.getEventType().getName()
                                            + " "
                                            + event.getString("kind")
                                            + " "
                                            + event.getString("remote"))
                    .containsExactlyInAnyOrder(
                            "io.millrace.RouteUp ROUTE r",
                            "io.millrace.RouteDown ROUTE r",
                            "io.millrace.RouteUp LEAF_NODE l",
                            "io.millrace.RouteDown LEAF_NODE l",
                            "io.millrace.RouteUp GATEWAY g",
                            "io.millrace.RouteUp GATEWAY g",
                            "io.millrace.RouteDown GATEWAY g",
                            "io.millrace.RouteDown GATEWAY g");
        }
    }

    @Test
    void shouldRecordReloads() throws Exception {
        Path file = folder.resolve("server.conf");
        try (Recording recording = new Recording()) {
            recording.start();
            Files.writeString(file, "max_payload: 1000\nserver_name: a");
            try (NatsServer server = NatsServer.builder().port(0).config(file).start()) {
                Files.writeString(file, "max_payload: 2000\nserver_name: b");
                server.reload();
            }
            assertThat(named(dump(recording), "Reload"))
                    .singleElement()
                    .satisfies(
                            event -> {
                                assertThat(event.getString("server")).isEqualTo("a");
                                assertThat(event.getInt("changes")).isEqualTo(2);
                                assertThat(event.getInt("refused")).isOne();
                                assertThat(event.getBoolean("applied")).isTrue();
                                assertThat(event.getDuration()).isPositive();
                            });
        }
    }

    private List<RecordedEvent> dump(Recording recording) throws Exception {
        Path file = folder.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file);
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("io.millrace." + name))
                .toList();
    }
}
