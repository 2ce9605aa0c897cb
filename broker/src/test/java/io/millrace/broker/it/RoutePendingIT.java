package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that doesn't read: how much waits for it, and who has to wait. */
@Timeout(180)
class RoutePendingIT {
    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final int MAX_PENDING = 1024 * 1024;

    /** More than may wait for a route, and than the kernel takes. */
    private static final int TOO_MANY = 900;

    private final LogLines log = new LogLines();

    private NatsServer start(Mode mode, Duration deadline, boolean stall) throws IOException {
        ClusterOptions cluster =
                ClusterOptions.builder()
                        .name("C")
                        .host("127.0.0.1")
                        .port(-1)
                        .writeDeadline(deadline)
                        .build();
        return Modes.start(
                mode,
                log,
                options ->
                        options.httpPort(-1)
                                .cluster(cluster)
                                .maxTracedMsgLen(10)
                                .maxPending(MAX_PENDING)
                                .fastProducerStall(stall));
    }

    /** A number that monitoring shows. */
    private static long number(NatsServer server, String path, String field) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.monitorUrl() + path)).build();
            String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Matcher matcher = Pattern.compile('"' + field + "\": (\\d+)").matcher(body);
            assertThat(matcher.find()).as(body).isTrue();
            return Long.parseLong(matcher.group(1));
        }
    }

    private boolean hasLogged(String part) {
        return log.all().stream().anyMatch(line -> line.contains(part));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepARouteForWhichMoreWaitsThanMayForAClient(Mode mode) throws Exception {
        int messages = 160;
        try (NatsServer server = start(mode, NEVER, true);
                RawClient publisher = RawClient.connected(server);
                Sloth peer = new Sloth(Sloth.Kind.ROUTE, server)) {
            Sloth.flood(publisher, messages);
            publisher.fence();
            assertThat(number(server, "/routez", "pending_size")).isGreaterThan(8_000_000);
            assertThat(server.routeCount()).isEqualTo(1);
            publisher.send(Sloth.LAST);
            assertThat(peer.readToTheLast()).isGreaterThan((long) messages * Sloth.PAYLOAD);
            assertThat(server.slowConsumers()).isZero();
            assertThat(number(server, "/varz", "stalled_clients")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndItByTheWriteDeadline(Mode mode) throws Exception {
        try (NatsServer server = start(mode, Duration.ofMillis(300), true);
                RawClient publisher = RawClient.connected(server);
                Sloth peer = new Sloth(Sloth.Kind.ROUTE, server)) {
            Sloth.flood(publisher, 160);
            log.await("Slow Consumer Detected: WriteDeadline of 300ms exceeded");
            log.await("Router connection closed: Slow Consumer (Write Deadline) - Remote: peer");
            assertThat(peer).isNotNull();
            assertThat(hasLogged("MaxPending")).isFalse();
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldStallProducersAndNobodyElseBeforeItIsClosed(Mode mode) throws Exception {
        try (NatsServer server = start(mode, NEVER, true);
                RawClient publisher = RawClient.connected(server);
                Sloth peer = new Sloth(Sloth.Kind.ROUTE, server);
                Pair others = new Pair(server.port(), server.port())) {
            Thread flood = Thread.ofVirtual().start(() -> flood(publisher));
            while (!hasLogged("Slow Consumer Detected")) {
                others.exchange(20);
            }
            log.await(
                    "Slow Consumer Detected: MaxPending of 67108864 Exceeded, filled by subject flood");
            assertThat(flood.join(Duration.ofSeconds(60))).isTrue();
            publisher.fence();
            others.exchange(20);
            assertThat(peer).isNotNull();
            assertThat(number(server, "/varz", "stalled_clients")).isPositive();
        }
    }

    private static void flood(RawClient publisher) {
        try {
            Sloth.flood(publisher, TOO_MANY);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLoseMessagesRatherThanStallProducersThatMustNotBe(Mode mode) throws Exception {
        try (NatsServer server = start(mode, NEVER, false);
                RawClient publisher = RawClient.connected(server);
                Sloth peer = new Sloth(Sloth.Kind.ROUTE, server)) {
            Sloth.flood(publisher, TOO_MANY);
            publisher.fence();
            assertThat(number(server, "/varz", "stalled_clients")).isZero();
            assertThat(number(server, "/routez", "pending_size")).isLessThan(51_000_000);
            assertThat(server.slowConsumers()).isZero();
            assertThat(peer).isNotNull();
        }
    }

    /** Another server is never stalled, so what it sends isn't spared either. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseTheSlowClientOfAnotherServersMessages(Mode mode) throws Exception {
        try (NatsServer server = start(mode, NEVER, false);
                RawClient peer = new RawClient(server.clusterPort());
                Sloth client = new Sloth(Sloth.Kind.CLIENT, server)) {
            peer.send(Sloth.PEER);
            for (int i = 0; i < 160; i++) {
                peer.send(Sloth.FLOOD.replace("PUB flood", "RMSG $G flood"));
            }
            log.await("Slow Consumer Detected: MaxPending of 1048576 Exceeded");
            log.await("Client connection closed: Slow Consumer (Pending Bytes)");
            assertThat(client).isNotNull();
            assertThat(number(server, "/varz", "stalled_clients")).isZero();
        }
    }
}
