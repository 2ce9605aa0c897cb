package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.LeafFacts;
import io.millrace.broker.routing.peer.LeafUser;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.GatewaySnapshot;
import io.millrace.broker.routing.view.LeafSnapshot;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What Prometheus reads of gateways and leaf nodes: called as the exporter does, and bounded. */
class OtherServersMetricsTest {
    private static final int MANY = 500;

    private static final GatewayOptions OPTIONS =
            GatewayOptions.builder()
                    .name("A")
                    .port(1)
                    .gateways(
                            Stream.of("A", "B", "LOST")
                                    .map(name -> new RemoteGateway(name, List.of(), TlsOptions.OFF))
                                    .toList())
                    .build();

    private final Moment now = Moment.now();
    private final MetricsText text = new MetricsText(MetricsText.Format.OPENMETRICS, "N");

    private OpenMetrics read() {
        return OpenMetrics.parse(new String(text.reply().body(), StandardCharsets.UTF_8));
    }

    private GatewaySnapshot gateway(long gid, String cluster, boolean outbound, boolean joined) {
        Instant then = now.wallTime().minusMillis(90_500);
        return new GatewaySnapshot(
                gid,
                outbound,
                "peer",
                new GatewayFacts(cluster, "NPEER", true, joined, null),
                "127.0.0.1",
                1,
                then,
                then.plusSeconds(60),
                1_500_000,
                7,
                new TrafficSnapshot(gid, 2 * gid, 3 * gid, 4 * gid),
                5);
    }

    private static LeafSnapshot leaf(long id, int port) {
        return new LeafSnapshot(
                id,
                new LeafFacts("l\"1", LeafUser.NONE, "ACC", false, false, false, "off", false),
                "127.0.0.1",
                port,
                2_000_000,
                new TrafficSnapshot(id, 2 * id, 3 * id, 4 * id),
                9);
    }

    private void writeGateways(List<GatewaySnapshot> all) {
        GatewayMetrics.write(text, new ExporterNames("nats"), OPTIONS, all, now);
    }

    @Test
    void shouldTellOfGatewaysAsTheExporterDoes() {
        writeGateways(
                List.of(
                        gateway(3, "B", true, true),
                        gateway(4, "C", false, true),
                        gateway(5, "LOST", true, false)));
        OpenMetrics read = read();
        Map<String, Double> outbound =
                Map.ofEntries(
                        Map.entry("configured", 1.0),
                        Map.entry("conn_start_time_seconds", seconds(90_500)),
                        Map.entry("conn_last_activity_seconds", seconds(30_500)),
                        Map.entry("conn_uptime_seconds", 90.0),
                        Map.entry("conn_idle_seconds", 30.0),
                        Map.entry("conn_rtt", 0.0015),
                        Map.entry("conn_pending_bytes", 7.0),
                        Map.entry("conn_in_msgs", 3.0),
                        Map.entry("conn_in_bytes", 6.0),
                        Map.entry("conn_out_msgs", 9.0),
                        Map.entry("conn_out_bytes", 12.0),
                        Map.entry("conn_subscriptions", 5.0));
        outbound.forEach(
                (name, value) -> {
                    var sample = only(read, "nats_gatewayz_outbound_gateway_" + name);
                    assertThat(sample.value()).as(name).isEqualTo(value);
                    assertThat(sample.labels())
                            .isEqualTo(
                                    Map.of(
                                            "server_id", "N",
                                            "gateway_name", "A",
                                            "cid", "3",
                                            "remote_gateway_name", "B"));
                    assertThat(only(read, "nats_gatewayz_inbound_gateway_" + name).labels())
                            .containsEntry("remote_gateway_name", "C");
                });
        assertThat(only(read, "nats_gatewayz_inbound_gateway_configured").value()).isZero();
        assertThat(read.samples("millrace_gateways"))
                .hasSize(2)
                .allMatch(each -> each.value() == 1);
        assertThat(read.samples("millrace_gateway_connected"))
                .extracting(each -> each.labels().get("remote_gateway_name") + each.value())
                .containsExactly("B1.0", "LOST0.0");
    }

    private double seconds(long agoMs) {
        return now.wallTime().minusMillis(agoMs).getEpochSecond();
    }

    private static OpenMetrics.Sample only(OpenMetrics read, String name) {
        assertThat(read.samples(name)).as(name).hasSize(1);
        return read.samples(name).getFirst();
    }

    @Test
    void shouldTellOfLeafNodesAsTheExporterDoes() {
        LeafMetrics.write(
                text, new ExporterNames("nats"), List.of(leaf(1, 7), leaf(2, 7), leaf(3, 8)));
        OpenMetrics read = read();
        assertThat(only(read, "nats_leafz_conn_nodes_total").value()).isEqualTo(3);
        assertThat(read.samples("nats_leafz_info").getFirst().labels())
                .isEqualTo(
                        Map.of(
                                "server_id", "N",
                                "account", "ACC",
                                "account_id", "ACC",
                                "ip", "127.0.0.1",
                                "port", "8",
                                "name", "l\"1"));
        Map.of(
                        "info", List.of(1.0, 1.0),
                        "conn_rtt", List.of(0.002, 0.002),
                        "conn_in_msgs", List.of(3.0, 2.0),
                        "conn_in_bytes", List.of(6.0, 4.0),
                        "conn_out_msgs", List.of(9.0, 6.0),
                        "conn_out_bytes", List.of(12.0, 8.0),
                        "conn_subscriptions_total", List.of(9.0, 9.0))
                .forEach(
                        (name, values) ->
                                assertThat(read.samples("nats_leafz_" + name))
                                        .as(name)
                                        .extracting(OpenMetrics.Sample::value)
                                        .isEqualTo(values));
    }

    @Test
    void shouldNeverTellOfMoreThanSoMany() {
        writeGateways(
                LongStream.rangeClosed(1, 2 * MANY)
                        .mapToObj(gid -> gateway(gid, "C" + gid, gid > MANY, true))
                        .toList());
        LeafMetrics.write(
                text,
                new ExporterNames("nats"),
                LongStream.rangeClosed(1, MANY).mapToObj(id -> leaf(id, (int) id)).toList());
        OpenMetrics read = read();
        assertThat(read.samples("nats_gatewayz_outbound_gateway_conn_in_msgs"))
                .hasSize(GatewayMetrics.MOST)
                .allMatch(each -> each.value() > 2 * MANY - GatewayMetrics.MOST);
        assertThat(read.samples("nats_gatewayz_inbound_gateway_configured"))
                .hasSize(GatewayMetrics.MOST);
        assertThat(read.samples("nats_leafz_conn_in_msgs"))
                .hasSize(LeafMetrics.MOST)
                .allMatch(each -> each.value() > MANY - LeafMetrics.MOST);
        assertThat(read.samples("nats_leafz_conn_nodes_total").getFirst().value()).isEqualTo(MANY);
    }
}
