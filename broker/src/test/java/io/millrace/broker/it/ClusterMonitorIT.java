package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What monitoring says of the other servers of a cluster. */
class ClusterMonitorIT {
    /** A server that another one of the cluster could be, and never is. */
    private static final String PEER =
            "CONNECT {\"verbose\":false,\"headers\":true,\"name\":\"NPEER\",\"cluster\":\"C\"}\r\n"
                    + "INFO {\"server_id\":\"NPEER\",\"server_name\":\"peer\",\"version\":\"2.15.2\","
                    + "\"proto\":1,\"host\":\"127.0.0.1\",\"port\":1,\"headers\":true,"
                    + "\"max_payload\":1048576,\"cluster\":\"C\",\"import\":{\"allow\":[\"in.>\"]},"
                    + "\"export\":{\"deny\":[\"out\"]},\"route_pool_size\":3}\r\n";

    private static final String TIME = "\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\"";

    private final HttpClient http = HttpClient.newHttpClient();

    private static NatsServer start(
            Mode mode,
            String name,
            UnaryOperator<ClusterOptions.Builder> cluster,
            Consumer<OptionsBuilder> change)
            throws IOException {
        return Cluster.start(
                mode, cluster, options -> change.accept(options.httpPort(-1).serverName(name)));
    }

    /** A server that dials others. */
    private static NatsServer start(Mode mode, String name, NatsServer... others)
            throws IOException {
        return start(mode, name, Cluster.knowing(others), options -> {});
    }

    private String text(NatsServer server, String path) throws Exception {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(URI.create(server.monitorUrl() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    /** The body of an answer, without blanks. */
    private String get(NatsServer server, String path) throws Exception {
        return text(server, path).replaceAll("\\s+", "");
    }

    private void await(NatsServer server, String path, String... texts) {
        Modes.await(
                () -> path + " with " + List.of(texts) + ", not " + unchecked(server, path),
                () -> Stream.of(texts).allMatch(unchecked(server, path)::contains));
    }

    private String unchecked(NatsServer server, String path) {
        try {
            return get(server, path);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitRoutes(int count, NatsServer... servers) {
        for (NatsServer server : servers) {
            await(server, "/routez", "\"num_routes\":" + count + ",");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowRoutesInBothDirections(Mode mode) throws Exception {
        try (NatsServer first = start(mode, "first");
                NatsServer second = start(mode, "second", first)) {
            awaitRoutes(4, first, second);
            String routez = get(first, "/routez");
            assertThat(routez)
                    .startsWith(
                            "{\"server_id\":\""
                                    + first.id()
                                    + "\",\"server_name\":\"first\",\"now\":")
                    .containsPattern(
                            Pattern.compile(
                                    "\"num_routes\":4,\"routes\":\\[(\\{\"rid\":\\d+,\"remote_id\":\""
                                            + second.id()
                                            + "\",\"remote_name\":\"second\",\"did_solicit\":false,"
                                            + "\"is_configured\":false,\"ip\":\"127\\.0\\.0\\.1\","
                                            + "\"port\":\\d+,\"start\":"
                                            + TIME
                                            + ",\"last_activity\":"
                                            + TIME
                                            + ",\"rtt\":\"[^\"]+\",\"uptime\":\"\\d+s\",\"idle\":\"\\d+s\","
                                            + "\"pending_size\":\\d+,\"in_msgs\":\\d+,\"out_msgs\":\\d+,"
                                            + "\"in_bytes\":\\d+,\"out_bytes\":\\d+,"
                                            + "\"subscriptions\":\\d+,"
                                            + "(\"account\":\"\\$SYS\",)?\"compression\":\"off\"},?){4}]}$"))
                    // Those of the pool come first.
                    .endsWith("\"account\":\"$SYS\",\"compression\":\"off\"}]}");
            assertThat(get(second, "/routez"))
                    .contains(
                            "\"remote_name\":\"first\",\"did_solicit\":true,\"is_configured\":true,")
                    .doesNotContain("false");
            String varz = get(second, "/varz");
            assertThat(varz)
                    .contains(
                            "\"cluster\":{\"name\":\"C\",\"addr\":\"127.0.0.1\",\"cluster_port\":"
                                    + second.clusterPort()
                                    + ",\"auth_timeout\":2,\"urls\":[\"127.0.0.1:"
                                    + first.clusterPort()
                                    + "\"],\"tls_timeout\":2,\"pool_size\":3}")
                    .contains(
                            "\"connections\":0,\"total_connections\":0,\"routes\":4,\"remotes\":1,")
                    .contains(
                            "\"connect_urls\":[\"127.0.0.1:"
                                    + second.port()
                                    + "\",\"127.0.0.1:"
                                    + first.port()
                                    + "\"]");
            assertThat(get(second, "/connz?state=any")).contains("\"total\":0,");
            assertThat(get(first, "/healthz")).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountWhatCrossesRoutes(Mode mode) throws Exception {
        try (NatsServer first = start(mode, "first");
                NatsServer second = start(mode, "second", first)) {
            awaitRoutes(4, first, second);
            try (RawClient publisher = RawClient.connected(first);
                    RawClient subscriber = RawClient.connected(second)) {
                subscriber.send("SUB a.* 1\r\nSUB q work 2\r\nSUB q work 3\r\n");
                subscriber.fence();
                await(first, "/routez?subs=1", "\"subscriptions_list\":[\"a.*\",\"q\"]");
                publisher.send(
                        "PUB a.b 5\r\nhello\r\nHPUB a.c 12 13\r\nNATS/1.0\r\n\r\nx\r\nPUB q 2\r\nhi\r\n");
                publisher.fence();
                subscriber.expect(
                        "MSG a.b 1 5\r\nhello\r\nHMSG a.c 1 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
                subscriber.skip("MSG q 2 2\r\nhi\r\n".length());
                subscriber.send("PUB nowhere 1\r\nx\r\n");
                subscriber.fence();

                assertThat(get(first, "/routez?subs=detail"))
                        .containsPattern(
                                "\"in_msgs\":0,\"out_msgs\":3,\"in_bytes\":0,\"out_bytes\":20,"
                                        + "\"subscriptions\":2,\"subscriptions_list_detail\":\\["
                                        + "\\{\"subject\":\"a\\.\\*\",\"sid\":\"R\\$Ga\\.\\*\","
                                        + "\"msgs\":2,\"cid\":\\d+},"
                                        + "\\{\"subject\":\"q\",\"qgroup\":\"work\","
                                        + "\"sid\":\"R\\$Gqwork\",\"msgs\":1,\"cid\":\\d+}]");
                assertThat(get(second, "/routez?subs=1"))
                        .contains("\"in_msgs\":3,\"out_msgs\":0,\"in_bytes\":20,\"out_bytes\":0,")
                        .doesNotContainPattern("\"subscriptions_list\":\\[\"[^$]");
                // What servers tell each other of themselves is counted, too, but as no client's.
                assertThat(get(first, "/varz"))
                        .contains("\"in_client_msgs\":3,\"in_client_bytes\":20,")
                        .contains("\"out_client_msgs\":0,\"out_client_bytes\":0,")
                        .contains("\"subscriptions\":2,");
                assertThat(get(second, "/varz"))
                        .contains("\"in_client_msgs\":1,\"in_client_bytes\":1,")
                        .contains("\"out_client_msgs\":3,\"out_client_bytes\":20,");
                assertThat(get(first, "/accstatz"))
                        .contains("\"acc\":\"$G\"", "\"conns\":1,", "\"num_subscriptions\":2,")
                        .contains(
                                "\"sent\":{\"msgs\":3,\"bytes\":20,",
                                "\"received\":{\"msgs\":3,\"bytes\":20,")
                        .contains(
                                "\"routes\":{\"msgs\":3,\"bytes\":20}",
                                "\"routes\":{\"msgs\":0,\"bytes\":0}");
                assertThat(get(second, "/accstatz"))
                        .contains(
                                "\"sent\":{\"msgs\":3,\"bytes\":20,",
                                "\"received\":{\"msgs\":4,\"bytes\":21,")
                        .containsPattern("\"received\".*\"routes\":\\{\"msgs\":3,\"bytes\":20}");
                assertThat(get(first, "/subsz?subs=1"))
                        .contains(
                                "\"num_subscriptions\":2,",
                                "\"num_inserts\":2,",
                                "\"num_removes\":0,")
                        .contains("\"total\":0,");
                assertThat(get(first, "/accountz?acc=$G")).contains("\"subscriptions\":2,");

                String label = "{server_id=\"" + second.id() + "\"} ";
                String metrics = text(second, "/metrics");
                assertThat(metrics.lines())
                        .contains("nats_varz_routes" + label + 4, "nats_varz_remotes" + label + 1)
                        .contains("nats_routez_num_routes" + label + 4)
                        .contains("nats_varz_in_client_msgs" + label + 1)
                        .contains("nats_varz_slow_consumer_stats_routes" + label + 0);
                // With what the other server has told of itself.
                assertThat(figure(metrics, "millrace_route_in_msgs_total")).isBetween(3L, 99L);
                assertThat(figure(metrics, "millrace_route_in_bytes_total"))
                        .isBetween(20L, 99_999L);
                assertThat(figure(metrics, "millrace_route_out_msgs_total")).isBetween(0L, 99L);

                subscriber.send("UNSUB 1\r\nUNSUB 3\r\n");
                await(first, "/subsz", "\"num_subscriptions\":1,", "\"num_removes\":1,");
            }
            await(
                    first,
                    "/subsz",
                    "\"num_subscriptions\":0,",
                    "\"num_inserts\":2,",
                    "\"num_removes\":2,");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowServersThatItHeardOfAndForgetThoseThatLeave(Mode mode) throws Exception {
        try (NatsServer first = start(mode, "first");
                NatsServer second = start(mode, "second", first)) {
            awaitRoutes(4, first, second);
            try (NatsServer third = start(mode, "third", first)) {
                awaitRoutes(8, first, second, third);
                assertThat(get(second, "/routez"))
                        .contains(
                                "\"remote_id\":\""
                                        + third.id()
                                        + "\",\"remote_name\":\"third\",\"did_solicit\":true,"
                                        + "\"is_configured\":false,");
                assertThat(get(second, "/varz")).contains("\"routes\":8,\"remotes\":2,");
            }
            awaitRoutes(4, first, second);
            await(
                    second,
                    "/varz",
                    "\"routes\":4,\"remotes\":1,",
                    "\"127.0.0.1:" + first.port() + "\"],\"max_connections\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowPermissionsOfBothServers(Mode mode) throws Exception {
        RoutePermissions own =
                new RoutePermissions(
                        new SubjectRules(List.of("a", "b.>"), List.of("b.c")),
                        new SubjectRules(null, List.of("d")));
        try (NatsServer server =
                        start(mode, "server", cluster -> cluster.permissions(own), options -> {});
                RawClient peer = new RawClient(server.clusterPort())) {
            peer.send(PEER);
            awaitRoutes(1, server);
            assertThat(get(server, "/routez"))
                    .contains(
                            ",\"import\":{\"allow\":[\"a\",\"b.>\"],\"deny\":[\"b.c\"]},"
                                    + "\"export\":{\"deny\":[\"d\"]},\"num_routes\":1,")
                    .contains(
                            "\",\"import\":{\"allow\":[\"in.>\"]},\"export\":{\"deny\":[\"out\"]},"
                                    + "\"pending_size\":");
        }
    }

    /** A name alone makes no cluster, and a route that didn't introduce itself isn't one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowNoRouteBeforeItsServerIsKnown(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "server");
                RawClient silent = new RawClient(server.clusterPort());
                RawClient peer = new RawClient(server.clusterPort())) {
            assertThat(silent.info()).contains("\"cluster\":\"C\"");
            peer.send(PEER);
            awaitRoutes(1, server);
            assertThat(get(server, "/varz")).contains("\"routes\":1,\"remotes\":1,");
        }
        try (NatsServer server =
                start(mode, "server", cluster -> cluster.port(ClusterOptions.OFF), o -> {})) {
            assertThat(get(server, "/varz")).contains("\"cluster\":{\"name\":\"C\"}");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhichServerIsSlow(Mode mode) throws Exception {
        String flood = "PUB flood 100000\r\n" + "x".repeat(100_000) + "\r\n";
        try (NatsServer server =
                        start(
                                mode,
                                "server",
                                cluster -> cluster.writeDeadline(Duration.ofMillis(500)),
                                options -> options.maxPending(8_000_000));
                RawClient peer = new RawClient(server.clusterPort());
                RawClient publisher = RawClient.connected(server)) {
            peer.send(PEER + "RS+ $G flood\r\n");
            await(server, "/varz", "\"subscriptions\":1,");
            for (int i = 0; i < 400; i++) {
                publisher.send(flood);
            }
            await(server, "/slowz", "\"outcome\":\"SlowConsumer(");
            assertThat(get(server, "/slowz"))
                    .containsPattern("\"slow_consumers\":[12],")
                    .containsPattern(
                            "\"past\":\\[\\{\"kind\":\"Router\",\"cid\":\\d+,\"ip\":\"127\\.0\\.0\\.1\","
                                    + "\"port\":\\d+,\"name\":\"peer\",\"since\":.*\"pending_bytes\":\\d{7,},");
            assertThat(get(server, "/varz"))
                    .containsPattern("\"slow_consumers\":[12],")
                    .contains("\"slow_consumer_stats\":{\"clients\":0,\"routes\":1,");
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountServersThatAnswerNoMore(Mode mode) throws Exception {
        try (NatsServer server =
                        start(
                                mode,
                                "server",
                                cluster -> cluster.pingInterval(Duration.ofMillis(50)).pingMax(1),
                                options -> {});
                RawClient peer = new RawClient(server.clusterPort())) {
            peer.send(PEER);
            await(
                    server,
                    "/varz",
                    "\"stale_connections\":1,",
                    "\"stale_connection_stats\":{\"clients\":0,\"routes\":1,");
        }
    }

    /** What the reference calls activity is what a server wants, not that it is alive. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotTakeSignsOfLifeForActivity(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "server");
                RawClient peer = new RawClient(server.clusterPort())) {
            peer.send(PEER + "RS+ $G a\r\n");
            await(server, "/routez", "\"subscriptions\":1,");
            Modes.await(
                    "idle though alive",
                    () -> {
                        sendPing(peer);
                        return !unchecked(server, "/routez").contains("\"idle\":\"0s\"");
                    });
            // It is for a second only: whoever looks too late looks again.
            AtomicInteger wanted = new AtomicInteger();
            Modes.await(
                    "not idle any more",
                    () -> {
                        want(peer, "b." + wanted.incrementAndGet());
                        String routez = unchecked(server, "/routez");
                        return routez.contains("\"subscriptions\":" + (1 + wanted.get()) + ",")
                                && routez.contains("\"idle\":\"0s\"");
                    });
        }
    }

    private static void want(RawClient peer, String subject) {
        try {
            peer.send("RS+ $G " + subject + "\r\n");
            peer.fence();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sendPing(RawClient peer) {
        try {
            peer.send("PING\r\n");
            String line;
            do {
                line = peer.line();
            } while (!line.equals("PONG\r\n"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long figure(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
