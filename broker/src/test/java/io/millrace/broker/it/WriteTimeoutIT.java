package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Connections that take what they get too slowly, or not at all. */
@Tag("thorough")
@Timeout(120)
class WriteTimeoutIT {
    private static final int MESSAGES = 400;
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final String CLOSED = "onnection closed: Slow Consumer (Write Deadline)";

    @TempDir private Path folder;
    private final LogLines log = new LogLines();

    private NatsServer start(Mode mode, Sloth.Kind kind, WriteTimeout policy) throws IOException {
        // What holds for the other kind must not matter.
        Duration never = Duration.ofMinutes(10);
        boolean route = kind == Sloth.Kind.ROUTE;
        ClusterOptions cluster =
                ClusterOptions.builder()
                        .name("C")
                        .host("127.0.0.1")
                        .port(-1)
                        .writeDeadline(route ? DEADLINE : never)
                        .writeTimeout(route ? policy : WriteTimeout.DEFAULT)
                        .build();
        return Modes.start(
                mode,
                log,
                options ->
                        options.httpPort(-1)
                                .cluster(cluster)
                                .maxTracedMsgLen(10)
                                .maxPending(128L * 1024 * 1024)
                                .writeDeadline(route ? never : DEADLINE)
                                .writeTimeout(route ? WriteTimeout.DEFAULT : policy));
    }

    private static String varz(NatsServer server) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.monitorUrl() + "/varz")).build();
            String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return body.replaceAll("\\s+", "");
        }
    }

    private boolean hasLogged(String part) {
        return log.all().stream().anyMatch(line -> line.contains(part));
    }

    @ParameterizedTest
    @CsvSource({
        "INLINE, CLIENT, RETRY",
        "DEDICATED, CLIENT, RETRY",
        "INLINE, ROUTE, RETRY",
        "DEDICATED, ROUTE, DEFAULT"
    })
    void shouldGoOnWithOneThatTakesSomethingInTime(Mode mode, Sloth.Kind kind, WriteTimeout policy)
            throws Exception {
        try (NatsServer server = start(mode, kind, policy);
                RawClient publisher = RawClient.connected(server);
                Sloth sloth = new Sloth(kind, server)) {
            Sloth.floodMeanwhile(publisher, MESSAGES);
            while (!hasLogged("Slow Consumer State: WriteDeadline of 1s exceeded with ")) {
                assertThat(sloth.sip()).isTrue();
            }
            assertThat(sloth.readToTheLast()).isGreaterThan((long) MESSAGES * Sloth.PAYLOAD);
            assertThat(log.await("[INF]", "Slow Consumer Recovered: "))
                    .matches(
                            ".* - [cr]id:\\d+ - .*Flush took \\d+\\.\\d{3}s with \\d+ chunks of"
                                    + " \\d+ total bytes\\.");
            List<String> told =
                    log.all().stream().filter(line -> line.contains("WriteDeadline of")).toList();
            assertThat(told.getFirst())
                    .startsWith("[INF]")
                    .contains("Slow Consumer Detected: WriteDeadline of 1s exceeded with ")
                    .endsWith(" total bytes.");
            assertThat(told.subList(1, told.size()))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("Slow Consumer State: "));
            assertThat(server.slowConsumers()).isEqualTo(told.size());
            assertThat(varz(server))
                    .contains(
                            kind == Sloth.Kind.CLIENT
                                    ? "\"slow_consumer_stats\":{\"clients\":"
                                            + told.size()
                                            + ",\"routes\":0,"
                                    : "\"slow_consumer_stats\":{\"clients\":0,\"routes\":1,");
            assertThat(hasLogged(CLOSED)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNoticeWhatATlsClientTakes(Mode mode) throws Exception {
        TlsFiles files = new TlsFiles(folder);
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                files.tls()
                                        .andThen(
                                                options ->
                                                        options.allowNonTls(true)
                                                                .maxTracedMsgLen(10)
                                                                .maxPending(128L * 1024 * 1024)
                                                                .writeDeadline(DEADLINE)
                                                                .writeTimeout(
                                                                        WriteTimeout.RETRY)));
                RawClient publisher = RawClient.connected(server);
                Sloth sloth = new Sloth(Sloth.Kind.CLIENT, server, files.ca.client())) {
            Sloth.floodMeanwhile(publisher, MESSAGES);
            while (!hasLogged("Slow Consumer State: WriteDeadline of 1s exceeded with ")) {
                assertThat(sloth.sip()).isTrue();
            }
            assertThat(sloth.readToTheLast()).isGreaterThan((long) MESSAGES * Sloth.PAYLOAD);
            log.await("[INF]", "Slow Consumer Recovered: ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "INLINE, CLIENT, DEFAULT",
        "DEDICATED, CLIENT, CLOSE",
        "INLINE, ROUTE, CLOSE",
        "DEDICATED, ROUTE, CLOSE"
    })
    void shouldCloseOneThatTakesNotAllInTime(Mode mode, Sloth.Kind kind, WriteTimeout policy)
            throws Exception {
        try (NatsServer server = start(mode, kind, policy);
                RawClient publisher = RawClient.connected(server);
                Sloth sloth = new Sloth(kind, server)) {
            Sloth.floodMeanwhile(publisher, MESSAGES);
            while (!hasLogged(CLOSED)) {
                try {
                    sloth.sip();
                } catch (IOException e) {
                    // it was reset
                }
            }
            log.await("Slow Consumer Detected: WriteDeadline of 1s exceeded with ");
            assertThat(hasLogged("Slow Consumer State")).isFalse();
            assertThat(server.slowConsumers()).isEqualTo(1);
            publisher.fence();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "INLINE, CLIENT, CLOSE",
        "DEDICATED, CLIENT, RETRY",
        "INLINE, ROUTE, RETRY",
        "DEDICATED, ROUTE, CLOSE"
    })
    void shouldCloseOneThatTakesNothing(Mode mode, Sloth.Kind kind, WriteTimeout policy)
            throws Exception {
        try (NatsServer server = start(mode, kind, policy);
                RawClient publisher = RawClient.connected(server);
                Sloth sloth = new Sloth(kind, server)) {
            Sloth.flood(publisher, MESSAGES);
            log.await("Slow Consumer Detected: WriteDeadline of 1s exceeded with ");
            log.await(CLOSED);
            assertThat(sloth).isNotNull();
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowWhatWasChosen(Mode mode) throws Exception {
        ClusterOptions.Builder cluster =
                ClusterOptions.builder().name("C").host("127.0.0.1").port(-1);
        try (NatsServer server =
                Modes.start(
                        mode,
                        options ->
                                options.httpPort(-1)
                                        .writeTimeout(WriteTimeout.RETRY)
                                        .cluster(
                                                cluster.writeDeadline(Duration.ofSeconds(3))
                                                        .writeTimeout(WriteTimeout.CLOSE)
                                                        .build()))) {
            assertThat(varz(server))
                    .contains(
                            "\"write_deadline\":10000000000,\"write_timeout\":\"retry\",\"start\":")
                    .contains("\"write_deadline\":3000000000,\"write_timeout\":\"close\"}");
        }
    }

    @Test
    void shouldShowNothingWhereNothingWasChosen() throws Exception {
        try (NatsServer server = start(Mode.INLINE, Sloth.Kind.ROUTE, WriteTimeout.DEFAULT)) {
            assertThat(varz(server)).doesNotContain("write_timeout");
        }
    }
}
