package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.broker.NatsServer;
import io.millrace.broker.ServerStats;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.latency.Latency;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.micrometer.NatsServerMetrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server counts, as an application asks for it and as Micrometer shows it. */
@Timeout(120)
class NatsServerMetricsIT {
    private static final int MESSAGES = 1000;

    private static void traffic(NatsServer server) throws Exception {
        try (RawClient client = RawClient.connected(server)) {
            client.send("SUB a 1\r\nSUB a 2\r\n");
            for (int i = 0; i < MESSAGES; i++) {
                client.send("PUB a 2\r\nhi\r\n");
                client.expect("MSG a 1 2\r\nhi\r\nMSG a 2 2\r\nhi\r\n");
            }
        }
    }

    private static double count(MeterRegistry registry, String name, String server) {
        return registry.get("nats.server." + name).tag("server", server).functionCounter().count();
    }

    private static long varz(String json, String key) {
        Matcher value = Pattern.compile("\"" + key + "\": ?(\\d+)").matcher(json);
        assertThat(value.find()).as(key).isTrue();
        return Long.parseLong(value.group(1));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCountWhatMonitoringCounts(Mode mode) throws Exception {
        try (NatsServer server =
                        NatsServer.builder()
                                .port(0)
                                .httpPort(0)
                                .options(options -> options.threading(mode))
                                .start();
                HttpClient http = HttpClient.newHttpClient()) {
            traffic(server);
            Modes.await("it is gone", () -> server.clientCount() == 0);
            String varz =
                    http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(server.monitorUrl() + "/varz"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body();
            ServerStats stats = server.stats();
            assertThat(stats.inMessages()).isEqualTo(varz(varz, "in_msgs")).isEqualTo(MESSAGES);
            assertThat(stats.outMessages()).isEqualTo(varz(varz, "out_msgs"));
            assertThat(stats.outMessages()).isEqualTo(2 * MESSAGES);
            assertThat(stats.inBytes()).isEqualTo(varz(varz, "in_bytes")).isEqualTo(2 * MESSAGES);
            assertThat(stats.outBytes()).isEqualTo(varz(varz, "out_bytes"));
            assertThat(stats.totalConnections()).isEqualTo(varz(varz, "total_connections")).isOne();
            assertThat(stats.connections()).isZero();
            assertThat(stats.slowConsumers()).isZero();
            assertThat(stats.uptime()).isPositive().isLessThan(Duration.ofMinutes(2));
            Latency way = stats.latencies().get(Stage.READ_TO_SENT);
            assertThat(way).isNotNull();
            assertThat(way.count()).isPositive();
            assertThat(way.total()).isBetween(way.median(), way.max().multipliedBy(way.count()));
            assertThat(way.max()).isGreaterThanOrEqualTo(way.p999());
        }
    }

    @Test
    @SuppressWarnings("try") // one is closed early
    void shouldShowTwoServersInOneRegistryUntilTheyAreTakenOut() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (NatsServer one =
                        NatsServer.builder()
                                .port(0)
                                .options(options -> options.serverName("one"))
                                .start();
                NatsServer two =
                        NatsServer.builder()
                                .port(0)
                                .options(options -> options.serverName("two"))
                                .start()) {
            traffic(one);
            RawClient stays = RawClient.connected(one);
            NatsServerMetrics ofOne = new NatsServerMetrics(one);
            NatsServerMetrics ofTwo = new NatsServerMetrics(two, Tags.of("server", "two"));
            ofOne.bindTo(registry);
            ofTwo.bindTo(registry);
            assertThat(count(registry, "messages.in", "one")).isEqualTo(MESSAGES);
            assertThat(count(registry, "bytes.out", "one")).isEqualTo(4 * MESSAGES);
            assertThat(count(registry, "connections.opened", "one")).isEqualTo(2);
            assertThat(count(registry, "messages.in", "two")).isZero();
            assertThat(present(registry, "one")).isOne();
            assertThat(registry.get("nats.server.bytes.in").meter().getId().getBaseUnit())
                    .isEqualTo("bytes");
            var latency =
                    registry.get("nats.server.latency")
                            .tags("server", "one", "stage", "read_to_sent")
                            .functionTimer();
            assertThat(latency.count()).isPositive();
            assertThat(latency.totalTime(TimeUnit.NANOSECONDS)).isPositive();
            assertThat(
                            registry.get("nats.server.latency.percentile")
                                    .tags("server", "one", "stage", "read_to_sent", "phi", "0.99")
                                    .timeGauge()
                                    .value(TimeUnit.NANOSECONDS))
                    .isPositive()
                    .isLessThanOrEqualTo(
                            registry.get("nats.server.latency.max")
                                    .tags("server", "one", "stage", "read_to_sent")
                                    .timeGauge()
                                    .value(TimeUnit.NANOSECONDS));
            // A second binding of the same is the first's, which goes on when that one is closed.
            NatsServerMetrics again = new NatsServerMetrics(one);
            again.bindTo(registry);
            again.close();
            one.close();
            stays.close();
            assertThat(count(registry, "messages.in", "one")).isEqualTo(MESSAGES);
            assertThat(present(registry, "one")).isZero();
            assertThatIllegalStateException().isThrownBy(() -> new NatsServerMetrics(one));
            ofOne.close();
            assertThat(registry.getMeters())
                    .isNotEmpty()
                    .allMatch(meter -> "two".equals(meter.getId().getTag("server")));
            ofTwo.close();
            assertThat(registry.getMeters()).isEmpty();
        }
    }

    private static double present(MeterRegistry registry, String server) {
        return registry.get("nats.server.connections").tag("server", server).gauge().value();
    }

    /** Registries hold objects weakly, and applications often nothing but the registry. */
    @Test
    void shouldCountOnWhenNobodyHoldsTheMeters() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (NatsServer server = NatsServer.builder().port(0).start()) {
            new NatsServerMetrics(server, List.of()).bindTo(registry);
            WeakReference<Object> other = new WeakReference<>(new Object());
            Modes.await(
                    "garbage is collected",
                    () -> {
                        System.gc();
                        return other.get() == null;
                    });
            traffic(server);
            Modes.await(
                    "it counts",
                    () ->
                            registry.get("nats.server.messages.in").functionCounter().count()
                                    == MESSAGES);
        }
    }
}
