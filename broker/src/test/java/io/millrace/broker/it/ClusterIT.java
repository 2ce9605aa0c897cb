package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.testing.NatsServers;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** What clients see of a cluster, wherever they are. */
@SuppressWarnings("try") // closing a connection may be interrupted
class ClusterIT {
    private static final Duration SOON = JavaClients.LONG;

    private static Connection connect(NatsServer server) throws Exception {
        return JavaClients.connect(server.clientUrl());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCarryMessagesFromEveryServerToEveryOther(Mode mode) throws Exception {
        try (NatsServers cluster = Cluster.of(3, mode)) {
            for (NatsServer from : cluster.servers()) {
                for (NatsServer to : cluster.servers()) {
                    try (RawClient subscriber = RawClient.connected(to);
                            RawClient publisher = RawClient.connected(from)) {
                        subscriber.send("SUB a.* 7\r\n");
                        subscriber.fence();
                        cluster.awaitSubscriptions(1);
                        publisher.send("PUB a.b 5\r\nhello\r\n");
                        subscriber.expect("MSG a.b 7 5\r\nhello\r\n");
                        publisher.send("PUB a.c r.e.p 0\r\n\r\n");
                        subscriber.expect("MSG a.c 7 r.e.p 0\r\n\r\n");
                        publisher.send("HPUB a.d x 15 17\r\nNATS/1.0\r\nk:v\r\nhi\r\n");
                        subscriber.expect("HMSG a.d 7 x 15 17\r\nNATS/1.0\r\nk:v\r\nhi\r\n");
                        // other blanks than single ones
                        publisher.send("pub  a.e \t 2\r\nhi\r\n");
                        subscriber.expect("MSG a.e 7 2\r\nhi\r\n");
                        subscriber.fence();
                    }
                    cluster.awaitSubscriptions(0);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendAMessageToAServerOnceHoweverManyWantItThere(Mode mode) throws Exception {
        try (NatsServers cluster = Cluster.of(2, mode);
                RawClient publisher = RawClient.connected(cluster.server(0));
                RawClient one = RawClient.connected(cluster.server(1));
                RawClient other = RawClient.connected(cluster.server(1))) {
            one.send("SUB a 1\r\nSUB * 2\r\nSUB a q 3\r\n");
            one.fence();
            other.send("SUB > 1\r\n");
            other.fence();
            Modes.await("interest", () -> cluster.server(0).subscriptionCount() == 4);
            publisher.send("PUB a 1\r\nx\r\n");
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                lines.add(one.line() + one.line());
            }
            assertThat(lines)
                    .containsExactlyInAnyOrder(
                            "MSG a 1 1\r\nx\r\n", "MSG a 2 1\r\nx\r\n", "MSG a 3 1\r\nx\r\n");
            other.expect("MSG a 1 1\r\nx\r\n");
            one.fence();
            other.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPickOneMemberOfAQueueGroupInTheWholeCluster(Mode mode) throws Exception {
        int messages = 3_000;
        try (NatsServers cluster = Cluster.of(3, mode)) {
            List<Connection> connections = new ArrayList<>();
            List<AtomicInteger> counts = new ArrayList<>();
            AtomicInteger all = new AtomicInteger();
            // One member on the first server, two on the second, none on the third.
            for (int server : new int[] {0, 1, 1}) {
                Connection member = connect(cluster.server(server));
                connections.add(member);
                AtomicInteger count = new AtomicInteger();
                counts.add(count);
                Dispatcher dispatcher =
                        member.createDispatcher(
                                _ -> {
                                    count.incrementAndGet();
                                    all.incrementAndGet();
                                });
                dispatcher.subscribe("job.*", "workers");
                member.flush(SOON);
            }
            Modes.await("interest", () -> cluster.server(2).subscriptionCount() == 2);
            Modes.await("interest", () -> cluster.server(0).subscriptionCount() == 2);
            for (NatsServer from : cluster.servers()) {
                try (Connection publisher = connect(from)) {
                    for (int i = 0; i < messages; i++) {
                        publisher.publish("job." + i, new byte[16]);
                    }
                    publisher.flush(SOON);
                }
            }
            Modes.await(() -> all + " messages", () -> all.get() >= 3 * messages);
            for (Connection connection : connections) {
                connection.flush(SOON);
            }
            assertThat(all.get()).isEqualTo(3 * messages);
            // Every member counts the same, wherever it is: a third each, with room for chance.
            for (AtomicInteger count : counts) {
                assertThat(count.get()).isBetween(messages / 2, 3 * messages / 2);
            }
            for (Connection connection : connections) {
                connection.close();
            }
            cluster.awaitSubscriptions(0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequestsFromEverywhereAndSayWhenNobodyListens(Mode mode) throws Exception {
        try (NatsServers cluster = Cluster.of(3, mode)) {
            for (NatsServer at : cluster.servers()) {
                try (Connection service = connect(at)) {
                    Dispatcher echo =
                            service.createDispatcher(
                                    m ->
                                            service.publish(
                                                    m.getReplyTo(), m.getHeaders(), m.getData()));
                    echo.subscribe("echo");
                    service.flush(SOON);
                    // Before there are inboxes, which are subscriptions, too.
                    cluster.awaitSubscriptions(1);
                    for (NatsServer from : cluster.servers()) {
                        try (Connection requester = connect(from)) {
                            Headers headers = new Headers().add("k", "v");
                            Message answer =
                                    requester
                                            .request(
                                                    "echo",
                                                    headers,
                                                    "hi".getBytes(StandardCharsets.UTF_8))
                                            .get(60, TimeUnit.SECONDS);
                            assertThat(answer.getData()).asString().isEqualTo("hi");
                            assertThat(answer.getHeaders().getFirst("k")).isEqualTo("v");
                        }
                    }
                }
                cluster.awaitSubscriptions(0);
                try (RawClient requester = RawClient.connected(cluster.server(0))) {
                    requester.send("SUB in 1\r\nPUB echo in 0\r\n\r\n");
                    requester.expect(
                            "HMSG in 1 36 36\r\nNATS/1.0 503\r\nNats-Subject: echo\r\n\r\n\r\n");
                }
                cluster.awaitSubscriptions(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepOrderOfManyMessagesOfAllSizes(Mode mode) throws Exception {
        int messages = 20_000;
        Random random = new Random(7);
        try (NatsServers cluster = Cluster.of(2, mode);
                Connection subscriber = connect(cluster.server(1));
                Connection publisher = connect(cluster.server(0))) {
            AtomicLong next = new AtomicLong();
            AtomicLong wrong = new AtomicLong();
            Dispatcher dispatcher =
                    subscriber.createDispatcher(
                            m -> {
                                String[] parts = m.getSubject().split("\\.");
                                if (Long.parseLong(parts[1]) != next.get()
                                        || Integer.parseInt(parts[2]) != m.getData().length) {
                                    wrong.incrementAndGet();
                                }
                                next.incrementAndGet();
                            });
            dispatcher.setPendingLimits(-1, -1);
            dispatcher.subscribe("n.*.*");
            subscriber.flush(SOON);
            Modes.await("interest", () -> cluster.server(0).subscriptionCount() == 1);
            for (int i = 0; i < messages; i++) {
                int length =
                        i % 1000 == 0 ? random.nextInt(1024 * 1024) : random.nextInt(1 << i % 12);
                publisher.publish("n." + i + "." + length, new byte[length]);
            }
            publisher.flush(SOON);
            Modes.await(() -> next + " messages", () -> next.get() == messages);
            assertThat(wrong.get()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndInterestWithAutoUnsubscribeAndDisconnect(Mode mode) throws Exception {
        try (NatsServers cluster = Cluster.of(2, mode);
                RawClient publisher = RawClient.connected(cluster.server(0))) {
            try (RawClient subscriber = RawClient.connected(cluster.server(1))) {
                subscriber.send("SUB a 1\r\nUNSUB 1 2\r\nSUB b 2\r\nSUB b q 3\r\n");
                subscriber.fence();
                Modes.await("interest", () -> cluster.server(0).subscriptionCount() == 3);
                publisher.send("PUB a 1\r\n1\r\nPUB a 1\r\n2\r\nPUB a 1\r\n3\r\n");
                publisher.fence();
                subscriber.expect("MSG a 1 1\r\n1\r\nMSG a 1 1\r\n2\r\n");
                Modes.await("a is over", () -> cluster.server(0).subscriptionCount() == 2);
                subscriber.fence();
            }
            Modes.await("b is over", () -> cluster.server(0).subscriptionCount() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepAccountsApart(Mode mode) throws Exception {
        try (NatsServers cluster = Cluster.of(2, mode, ClusterIT::twoAccounts);
                RawClient ofA = connected(cluster.server(1), "a");
                RawClient ofB = connected(cluster.server(1), "b");
                RawClient publisher = connected(cluster.server(0), "a")) {
            ofA.send("SUB > 1\r\n");
            ofA.fence();
            ofB.send("SUB > 1\r\n");
            ofB.fence();
            cluster.awaitSubscriptions(2);
            publisher.send("PUB x 1\r\n1\r\n");
            ofA.expect("MSG x 1 1\r\n1\r\n");
            ofA.fence();
            ofB.fence();
        }
    }

    private static void twoAccounts(OptionsBuilder options) {
        options.accounts(Set.of("A", "B")).users(List.of(user("a", "A"), user("b", "B")));
    }

    private static UserOptions user(String name, String account) {
        return new UserOptions(name, false, new Secret(name), null, Set.of(), account);
    }

    private static RawClient connected(NatsServer server, String user) throws IOException {
        RawClient client = new RawClient(server);
        client.send(
                "CONNECT {\"verbose\":false,\"user\":\"%s\",\"pass\":\"%s\"}\r\n"
                        .formatted(user, user));
        client.fence();
        return client;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHealWhenAMemberIsReplaced(Mode mode) throws Exception {
        try (NatsServers cluster = Cluster.of(2, mode);
                RawClient publisher = RawClient.connected(cluster.server(0))) {
            NatsServer first = cluster.server(0);
            for (int i = 0; i < 3; i++) {
                NatsServer third = Cluster.start(mode, Cluster.knowing(first));
                Cluster.awaitMesh(first, cluster.server(1), third);
                try (RawClient subscriber = RawClient.connected(third)) {
                    subscriber.send("SUB a 1\r\n");
                    subscriber.fence();
                    Modes.await("interest", () -> first.subscriptionCount() == 1);
                    publisher.send("PUB a 1\r\nx\r\n");
                    subscriber.expect("MSG a 1 1\r\nx\r\n");
                }
                third.close();
                Cluster.awaitMesh(first, cluster.server(1));
                Modes.await("no interest", () -> first.subscriptionCount() == 0);
            }
        }
    }

    /** As a rolling upgrade does it: same name, same ports. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeBackAServerThatWasRestarted(Mode mode) throws Exception {
        try (NatsServers cluster = Cluster.of(2, mode);
                RawClient subscriber = RawClient.connected(cluster.server(1))) {
            subscriber.send("SUB a 1\r\n");
            subscriber.fence();
            for (int i = 0; i < 3; i++) {
                cluster.restart(0);
                cluster.awaitMesh();
                cluster.awaitSubscriptions(1);
                try (RawClient publisher = RawClient.connected(cluster.server(0))) {
                    publisher.send("PUB a 1\r\nx\r\n");
                    assertThat(subscriber.lineAfterPing()).isEqualTo("MSG a 1 1\r\n");
                    subscriber.expect("x\r\n");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellClientsOfTheOtherServers(Mode mode) throws Exception {
        try (NatsServer first = Cluster.start(mode, cluster -> cluster);
                RawClient client = new RawClient(first)) {
            assertThat(client.info()).contains("\"cluster\":\"C\"").doesNotContain("connect_urls");
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            client.expect("PONG\r\n");
            client.line();
            NatsServer second = Cluster.start(mode, Cluster.knowing(first));
            String both =
                    "\"connect_urls\":[\"127.0.0.1:%d\",\"127.0.0.1:%d\"]"
                            .formatted(first.port(), second.port());
            assertThat(client.lineAfterPing()).contains(both);
            try (Connection seen = connect(first)) {
                Modes.await("both servers", () -> servers(seen).size() == 2);
            }
            second.close();
            assertThat(client.lineAfterPing())
                    .as("no list would be no news")
                    .contains("\"connect_urls\":[\"127.0.0.1:%d\"]".formatted(first.port()));
        }
    }

    private static Collection<String> servers(Connection connection) {
        return connection.getServers();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellOthersWhenItIsAboutToLeave(Mode mode) throws Exception {
        try (NatsServer first =
                        Cluster.start(
                                mode,
                                cluster -> cluster,
                                options ->
                                        options.lameDuckGracePeriod(Duration.ofMillis(50))
                                                .lameDuckDuration(Duration.ofMillis(100)));
                NatsServer second = Cluster.start(mode, Cluster.knowing(first));
                RawClient stays = new RawClient(second);
                RawClient leaves = RawClient.connected(first)) {
            Cluster.awaitMesh(first, second);
            stays.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            stays.expect("PONG\r\n");
            stays.line();
            first.enterLameDuckMode();
            String alone = "\"connect_urls\":[\"127.0.0.1:%d\"]".formatted(second.port());
            String told = stays.lineAfterPing();
            while (!told.contains(alone)) {
                // It may hear only now that there are two.
                assertThat(told).startsWith("INFO {").contains(":" + first.port() + "\"");
                told = stays.lineAfterPing();
            }
            first.awaitClosed();
            leaves.readToEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "S2_FAST, ACCEPT", "ACCEPT, S2_FAST", "S2_FAST, S2_BETTER", "S2_AUTO, S2_AUTO",
        "S2_AUTO, ACCEPT", "OFF, S2_FAST", "S2_FAST, OFF", "NOT_SUPPORTED, S2_BEST"
    })
    void shouldCarryMessagesCompressed(CompressionOptions.Mode one, CompressionOptions.Mode other)
            throws Exception {
        for (Mode mode : Mode.values()) {
            try (NatsServer first = Cluster.start(mode, cluster -> compressed(cluster, one));
                    NatsServer second =
                            Cluster.start(
                                    mode,
                                    cluster ->
                                            compressed(
                                                    Cluster.knowing(first).apply(cluster), other));
                    Connection here = connect(first);
                    Connection there = connect(second)) {
                Cluster.awaitMesh(first, second);
                Subscription subscription = here.subscribe("a.>");
                here.flush(SOON);
                Modes.await("interest", () -> second.subscriptionCount() == 1);
                byte[] zeros = new byte[1024 * 1024];
                byte[] noise = new byte[1024 * 1024];
                new Random(1).nextBytes(noise);
                for (int i = 0; i < 10; i++) {
                    there.publish("a.zeros", zeros);
                    there.publish("a.noise", noise);
                    there.publish("a.little", new byte[i]);
                }
                for (int i = 0; i < 10; i++) {
                    assertThat(subscription.nextMessage(SOON).getData()).isEqualTo(zeros);
                    assertThat(subscription.nextMessage(SOON).getData()).isEqualTo(noise);
                    assertThat(subscription.nextMessage(SOON).getData()).hasSize(i);
                }
            }
        }
    }

    private static ClusterOptions.Builder compressed(
            ClusterOptions.Builder cluster, CompressionOptions.Mode mode) {
        return cluster.compression(CompressionOptions.of(mode));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "3, 1", "5, 2", "-1, 3", "3, -1", "-1, -1"})
    void shouldAgreeOnPoolsOfAnySizes(int one, int other) throws Exception {
        for (Mode mode : Mode.values()) {
            try (NatsServer first = Cluster.start(mode, cluster -> cluster.poolSize(one));
                    NatsServer second =
                            Cluster.start(
                                    mode,
                                    cluster ->
                                            Cluster.knowing(first)
                                                    .apply(cluster)
                                                    .poolSize(other))) {
                int routes = one < 0 || other < 0 ? 1 : Math.max(one, other) + 1;
                for (NatsServer server : List.of(first, second)) {
                    Modes.await(
                            () -> server.routeCount() + " instead of " + routes,
                            () -> server.routeCount() == routes);
                }
                try (RawClient here = RawClient.connected(first);
                        RawClient there = RawClient.connected(second)) {
                    here.send("SUB a 1\r\n");
                    here.fence();
                    there.send("SUB b q 1\r\n");
                    there.fence();
                    Modes.await("interest", () -> first.subscriptionCount() == 2);
                    Modes.await("interest", () -> second.subscriptionCount() == 2);
                    here.send("PUB b 1\r\n1\r\n");
                    there.expect("MSG b 1 1\r\n1\r\n");
                    there.send("PUB a 1\r\n1\r\n");
                    here.expect("MSG a 1 1\r\n1\r\n");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetInServersThatKnowThePassword(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer first =
                        Cluster.start(
                                mode,
                                log,
                                cluster -> cluster.username("ru").password(new Secret("secret")));
                NatsServer second = Cluster.start(mode, presenting("ru:secret", first));
                NatsServer wrong = Cluster.start(mode, presenting("ru:wrong", first))) {
            Cluster.awaitMesh(first, second);
            log.await("authentication error - User \"ru\"");
            assertThat(log.all()).noneMatch(line -> line.contains("secret"));
            assertThat(log.all()).noneMatch(line -> line.contains("wrong\""));
            assertThat(wrong.clientCount()).isZero();
        }
    }

    /** What it is told comes in the clear, as it is turned away before anything is compressed. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLogWhyItWasTurnedAwayWhereRoutesAreCompressed(Mode mode) throws Exception {
        LogLines log = new LogLines();
        CompressionOptions compressed = CompressionOptions.of(CompressionOptions.Mode.S2_FAST);
        try (NatsServer first =
                        Cluster.start(
                                mode,
                                cluster ->
                                        cluster.username("ru")
                                                .password(new Secret("secret"))
                                                .compression(compressed));
                NatsServer wrong = Cluster.start(mode, log, presenting("ru:wrong", first))) {
            log.await("Route Error 'Authorization Violation'");
            assertThat(log.all()).noneMatch(line -> line.contains("s2"));
            assertThat(wrong.routeCount()).isZero();
        }
    }

    private static UnaryOperator<ClusterOptions.Builder> presenting(String who, NatsServer to) {
        String url = "nats-route://" + who + "@127.0.0.1:" + to.clusterPort();
        return cluster -> cluster.routes(List.of(RouteUrl.parse(url)));
    }
}
