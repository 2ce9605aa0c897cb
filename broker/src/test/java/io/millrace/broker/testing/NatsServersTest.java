package io.millrace.broker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** What befalls servers, and who notices. */
@Timeout(120)
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class NatsServersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    /** A pool of three, and that of the system account. */
    private static final int ROUTES = 4;

    private static NatsServers.Builder servers(int size, Mode mode) {
        return NatsServers.builder(size).options(options -> options.threading(mode));
    }

    private static void await(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - endNs).as(what).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void refuses(int port) {
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void shouldPassMessagesFromEachServerToEachOther() throws Exception {
        try (NatsServers servers = NatsServers.builder(3).start()) {
            for (int to = 0; to < servers.size(); to++) {
                try (Connection subscriber = Nats.connect(servers.url(to))) {
                    Subscription subscription = subscriber.subscribe("greetings.*");
                    subscriber.flush(SOON);
                    servers.awaitSubscriptions(1);
                    for (int from = 0; from < servers.size(); from++) {
                        try (Connection publisher = Nats.connect(servers.url(from))) {
                            byte[] greeting = ("from " + from).getBytes(StandardCharsets.UTF_8);
                            publisher.publish("greetings." + to, greeting);
                            Message message = subscription.nextMessage(SOON);
                            assertThat(message.getData()).isEqualTo(greeting);
                        }
                    }
                }
                servers.awaitSubscriptions(0);
            }
        }
    }

    @Test
    void shouldTellClientsTheAddressesOfTheProxies() throws Exception {
        try (NatsServers servers = NatsServers.builder(3).start()) {
            String[] all = IntStream.range(0, 3).mapToObj(servers::url).toArray(String[]::new);
            assertThat(servers.urls()).isEqualTo(String.join(",", all));
            assertThat(servers.server(0).clientUrl()).isNotIn((Object[]) all);
            Options options = Options.builder().server(servers.urls()).build();
            try (Connection connection = Nats.connect(options);
                    TestSocket client = new TestSocket(servers.url(0))) {
                assertThat(connection.getServers()).containsExactlyInAnyOrder(all);
                String info = client.line();
                String told = info.substring(info.indexOf("\"connect_urls\""));
                for (String url : all) {
                    assertThat(told).contains(url.replace("nats://", "\"") + '"');
                }
                assertThat(told.split(",\"127")).hasSize(3);
            }
        }
    }

    @Test
    void shouldKnowWhichServersThereAre() throws Exception {
        try (NatsServers servers = NatsServers.builder(1).start()) {
            assertThatThrownBy(() -> servers.server(3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> servers.kill(-1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatIllegalArgumentException().isThrownBy(() -> servers.partition(1, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> NatsServers.builder(0));
        }
    }

    // --- partition

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetNothingPassBetweenPartedServersUntilTheyAreHealed(Mode mode) throws Exception {
        try (NatsServers servers = servers(3, mode).start();
                TestSocket zero = subscribed(servers, 0);
                TestSocket one = subscribed(servers, 1);
                TestSocket two = subscribed(servers, 2)) {
            // each server's own, and one that each of the others has told
            servers.awaitSubscriptions(3);
            publish(zero, "before");
            expect("before", zero, one, two);

            servers.partition(0, 1);
            assertThat(servers.server(0).routesByServer()).isEqualTo(Map.of("server-2", ROUTES));
            assertThat(servers.server(1).routesByServer()).isEqualTo(Map.of("server-2", ROUTES));
            servers.awaitMesh(SOON);
            publish(zero, "later");
            expect("later", zero, two);
            publish(one, "later, too");
            expect("later, too", one, two);
            publish(two, "to all");
            expect("to all", zero, one, two);
            for (int i = 0; i < 2; i++) {
                try (TestSocket client = TestSocket.client(servers.url(i))) {
                    client.fence();
                }
            }

            servers.heal(1, 0);
            servers.awaitMesh(SOON);
            servers.awaitSubscriptions(3);
            publish(zero, "after");
            expect("after", zero, one, two);
            publish(one, "after all");
            expect("after all", zero, one, two);
            for (TestSocket each : List.of(zero, one, two)) {
                each.fence();
            }
        }
    }

    private static TestSocket subscribed(NatsServers servers, int index) throws IOException {
        TestSocket client = TestSocket.client(servers.url(index));
        client.send("SUB a 1\r\n");
        client.fence();
        return client;
    }

    private static void publish(TestSocket client, String text) throws IOException {
        client.send("PUB a " + text.length() + "\r\n" + text + "\r\n");
    }

    private static void expect(String text, TestSocket... clients) throws IOException {
        for (TestSocket client : clients) {
            client.expect("MSG a 1 " + text.length() + "\r\n", text + "\r\n");
        }
    }

    /** Who comes between tells each of the other's address. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotBeLedAroundAPartitionByGossip(Mode mode) throws Exception {
        try (NatsServers servers = servers(3, mode).start()) {
            servers.partition(0, 1);
            for (int i = 0; i < 3; i++) {
                servers.restart(2);
                servers.awaitMesh(SOON);
                try (TestSocket zero = subscribed(servers, 0);
                        TestSocket one = subscribed(servers, 1)) {
                    await("interest", () -> servers.server(2).subscriptionCount() == 2);
                    for (int j = 0; j < 100; j++) {
                        publish(zero, "from zero");
                        expect("from zero", zero);
                        publish(one, "from one");
                        expect("from one", one);
                    }
                    zero.fence();
                    one.fence();
                }
                servers.awaitSubscriptions(0);
                assertThat(servers.server(0).routesByServer()).containsOnlyKeys("server-2");
                assertThat(servers.server(1).routesByServer()).containsOnlyKeys("server-2");
            }
            for (NatsServer each : servers.servers()) {
                String advertised = each.options().cluster().advertise();
                refuses(TestSocket.portOf("nats://" + advertised));
            }
            servers.heal();
            servers.awaitMesh(SOON);
            assertThat(servers.server(0).routesByServer())
                    .isEqualTo(Map.of("server-1", ROUTES, "server-2", ROUTES));
        }
    }

    @Test
    void shouldKeepServersPartedThatAreStartedAgain() throws Exception {
        try (NatsServers servers = NatsServers.builder(2).start()) {
            servers.partition(0, 1);
            servers.kill(0);
            servers.restart(0);
            servers.awaitMesh(SOON);
            assertThat(servers.server(0).routeCount()).isZero();
            servers.heal();
            servers.awaitMesh(SOON);
            assertThat(servers.server(0).routeCount()).isEqualTo(ROUTES);
        }
    }

    // --- pause

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldUpAllThatComesToAPausedServerAndFromIt(Mode mode) throws Exception {
        try (NatsServers servers = servers(3, mode).start();
                TestSocket zero = subscribed(servers, 0);
                TestSocket one = subscribed(servers, 1);
                TestSocket two = subscribed(servers, 2)) {
            servers.awaitSubscriptions(3);

            servers.pause(1);
            publish(one, "from one");
            publish(zero, "from zero");
            expect("from zero", zero, two);
            try (TestSocket late = new TestSocket(servers.url(1))) {
                late.expectNothing();
                one.expectNothing();
                zero.fence();
                two.fence();
                servers.awaitMesh(SOON);
                assertThat(servers.server(0).routeCount()).isEqualTo(2 * ROUTES);

                servers.resume(1);
                assertThat(late.line()).startsWith("INFO {");
            }
            expect("from one", zero, two);
            // Which of the two is the first one depends on who is faster.
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                lines.add(one.line() + one.line());
            }
            assertThat(lines)
                    .containsExactlyInAnyOrder(
                            "MSG a 1 8\r\nfrom one\r\n", "MSG a 1 9\r\nfrom zero\r\n");
            for (TestSocket each : List.of(zero, one, two)) {
                each.fence();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeGivenUpWhenPausedForLongAndComeBack(Mode mode) throws Exception {
        try (NatsServers servers =
                servers(3, mode)
                        .cluster(cluster -> cluster.pingInterval(Duration.ofMillis(500)).pingMax(2))
                        .start()) {
            servers.pause(2);
            await(
                    "given up by both",
                    () ->
                            servers.server(0).routeCount() == ROUTES
                                    && servers.server(1).routeCount() == ROUTES);
            servers.resume(2);
            servers.awaitMesh(SOON);
            assertThat(servers.server(2).routeCount()).isEqualTo(2 * ROUTES);
        }
    }

    // --- kill

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCutAllConnectionsOfAServerThatIsKilledAndStartItOnItsPorts(Mode mode)
            throws Exception {
        try (NatsServers servers = servers(3, mode).start();
                TestSocket client = subscribed(servers, 1);
                TestSocket other = TestSocket.client(servers.url(0))) {
            servers.awaitSubscriptions(1);
            NatsServer killed = servers.server(1);
            int port = killed.port();
            int clusterPort = killed.clusterPort();

            servers.kill(1);
            client.expectReset();
            try (TestSocket late = new TestSocket(servers.url(1))) {
                late.expectReset();
            }
            refuses(port);
            refuses(clusterPort);
            assertThat(servers.servers()).hasSize(2).doesNotContain(killed);
            assertThatIllegalStateException().isThrownBy(() -> servers.server(1));
            assertThatIllegalStateException().isThrownBy(() -> servers.kill(1));
            assertThatIllegalStateException().isThrownBy(() -> servers.pause(1));
            servers.awaitMesh(SOON);
            assertThat(servers.server(2).routesByServer()).isEqualTo(Map.of("server-0", ROUTES));
            servers.awaitSubscriptions(0);
            other.fence();

            servers.restart(1);
            servers.awaitMesh(SOON);
            assertThat(servers.server(1)).isNotSameAs(killed);
            assertThat(servers.server(1).port()).isEqualTo(port);
            assertThat(servers.server(1).clusterPort()).isEqualTo(clusterPort);
            try (TestSocket again = subscribed(servers, 1)) {
                servers.awaitSubscriptions(1);
                publish(other, "hello");
                expect("hello", again);
            }
        }
    }

    @Test
    void shouldBringClientsToAnotherServerAndBack() throws Exception {
        try (NatsServers servers = NatsServers.builder(2).start()) {
            Options options =
                    Options.builder()
                            .server(servers.urls())
                            .noRandomize()
                            .maxReconnects(-1)
                            .reconnectWait(SHORT)
                            .build();
            try (Connection connection = Nats.connect(options)) {
                Subscription subscription = connection.subscribe("a");
                connection.flush(SOON);
                assertThat(connection.getConnectedUrl()).isEqualTo(servers.url(0));
                servers.kill(0);
                await("the other", () -> isConnected(connection, servers.url(1)));
                servers.restart(0);
                servers.awaitMesh(SOON);
                servers.restart(1);
                await("back", () -> isConnected(connection, servers.url(0)));
                connection.flush(SOON);
                connection.publish("a", "hello".getBytes(StandardCharsets.UTF_8));
                assertThat(subscription.nextMessage(SOON).getData()).asString().isEqualTo("hello");
            }
        }
    }

    private static boolean isConnected(Connection connection, String url) {
        return connection.getStatus() == Connection.Status.CONNECTED
                && url.equals(connection.getConnectedUrl());
    }

    // --- mesh

    @Test
    void shouldSayWhichServersLackRoutes() throws Exception {
        try (NatsServers servers = NatsServers.builder(3).start()) {
            NatsServer last = servers.server(2);
            ClusterOptions alone =
                    last.options().cluster().toBuilder().routes(List.of()).poolSize(5).build();
            last.reload(
                    new OptionsBuilder()
                            .host("127.0.0.1")
                            .port(last.port())
                            .serverName(last.name())
                            .cluster(alone)
                            .conclude(1));
            await("no routes", () -> last.routeCount() == 0);
            await("nor at the others", () -> servers.server(0).routeCount() == ROUTES);
            await("nor at the others", () -> servers.server(1).routeCount() == ROUTES);
            assertThatThrownBy(() -> servers.awaitMesh(SHORT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage(
                            "not within 50 ms: server-0 has 0 of 6 routes to server-2; "
                                    + "server-1 has 0 of 6 routes to server-2; "
                                    + "server-2 has 0 of 6 routes to server-0; "
                                    + "server-2 has 0 of 6 routes to server-1");
            assertThatThrownBy(() -> NatsServers.awaitMesh(SHORT, List.of(servers.server(0), last)))
                    .hasMessage(
                            "not within 50 ms: server-0 has 0 of 6 routes to server-2; "
                                    + "server-0 still has 4 routes to server-1, which is none of"
                                    + " them; "
                                    + "server-2 has 0 of 6 routes to server-0");
            NatsServers.awaitMesh(SHORT, List.of(servers.server(0), servers.server(1)));
            assertThatThrownBy(() -> NatsServers.awaitMesh(SHORT, List.of(servers.server(0))))
                    .hasMessageContaining("server-0 still has 4 routes to server-1");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldFindEachOtherByGossipWhereTheyAreDirect(Mode mode) throws Exception {
        try (NatsServers servers = servers(4, mode).direct().start()) {
            for (int i = 0; i < 4; i++) {
                assertThat(servers.server(i).routeCount()).isEqualTo(3 * ROUTES);
                assertThat(servers.server(i).clientUrl()).isEqualTo(servers.url(i));
            }
            servers.kill(0);
            servers.awaitMesh(SOON);
            servers.restart(0);
            servers.awaitMesh(SOON);
            assertThatIllegalStateException().isThrownBy(() -> servers.partition(0, 1));
            assertThatIllegalStateException().isThrownBy(() -> servers.pause(1));
            assertThatIllegalStateException().isThrownBy(servers::heal);
        }
    }

    @Test
    void shouldUseTheOptionsOfAllServersAndOfTheCluster() throws Exception {
        try (NatsServers servers =
                NatsServers.builder(2)
                        .options(options -> options.token(new Secret("open")).maxPayload(100))
                        .cluster(cluster -> cluster.name("D").poolSize(-1))
                        .cluster(cluster -> cluster.username("u").password(new Secret("p")))
                        .start()) {
            assertThat(servers.server(0).routeCount()).isEqualTo(1);
            try (TestSocket client = new TestSocket(servers.url(1))) {
                assertThat(client.line())
                        .contains("\"cluster\":\"D\"", "\"max_payload\":100,")
                        .contains("\"auth_required\":true", "\"server_name\":\"server-1\"");
            }
        }
    }

    @Test
    void shouldHaveNoRoutesWhereThereIsNoCluster() throws Exception {
        try (NatsServer alone = NatsServer.builder().port(0).start();
                NatsServers one = NatsServers.builder(1).start()) {
            assertThat(alone.routesByServer()).isEmpty();
            assertThat(one.server(0).routesByServer()).isEmpty();
            one.awaitMesh();
        }
    }

    // --- the end

    @Test
    void shouldFreeAllPortsWhateverHasBefallenTheServers() throws Exception {
        List<Integer> ports = new ArrayList<>();
        NatsServers servers = NatsServers.builder(4).start();
        try (TestSocket client = TestSocket.client(servers.url(1))) {
            for (NatsServer each : servers.servers()) {
                ports.add(each.port());
                ports.add(each.clusterPort());
            }
            IntStream.range(0, 4).map(i -> TestSocket.portOf(servers.url(i))).forEach(ports::add);
            servers.kill(0);
            servers.pause(1);
            servers.partition(2, 3);
            servers.pause(3);
            servers.kill(3);
            servers.close();
            client.expectReset();
        }
        ports.forEach(NatsServersTest::refuses);
        servers.close();
        assertThat(servers.servers()).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> servers.restart(0));
    }

    /** Two can't have the same port for monitoring. */
    @Test
    void shouldCloseThoseThatHaveStartedIfAnotherCanNot() throws Exception {
        int port = FreePort.any();
        List<Thread> before = threads();
        assertThatThrownBy(
                        () ->
                                NatsServers.builder(2)
                                        .options(options -> options.httpPort(port))
                                        .start())
                .isInstanceOf(IOException.class);
        await("no more threads", () -> before.containsAll(threads()));
        refuses(port);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace"))
                .toList();
    }
}
