package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What Prometheus reads: of which types, in which of its formats, and never how much of it. */
class MetricsTest {
    /** All series there may be, whatever there is. */
    private static final int MOST_SERIES = 8_000;

    private static final int CONNECTIONS = 2_000;

    private static final String OPEN = "application/openmetrics-text;version=1.0.0";

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final FakeServer server = new FakeServer(fixture.router);
    private final Paths paths = new Paths(server, "", ServerLog.discarding());

    @AfterEach
    void close() {
        fixture.close();
    }

    private Reply ask(String query, String accept) throws Exception {
        return paths.answer("/metrics", Query.parse(query).accepting(Accepted.of(accept)));
    }

    private OpenMetrics open() throws Exception {
        return OpenMetrics.parse(new String(ask("", OPEN).body(), StandardCharsets.UTF_8));
    }

    private String text(String query) throws Exception {
        return new String(ask(query, "").body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text | true",
                "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3,*/*;q=0.2| true",
                "TEXT/plain;q=0.5 , Application/OpenMetrics-Text ; q=0.5 | true",
                "text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.2 | false",
                "application/openmetrics-text;q=0 | false",
                "*/* | false",
                "text/html,application/xhtml+xml | false",
                ";;;,,=q | false",
                "application/openmetrics-text;q=2;q=0.1,text/plain;q=0.2 | false",
            })
    void shouldAnswerWithTheFormatThatIsAskedFor(String accept, boolean open) throws Exception {
        assertThat(ask("", accept).kind())
                .isEqualTo(open ? Reply.Kind.OPENMETRICS : Reply.Kind.METRICS);
    }

    @Test
    void shouldSayOfWhichTypeNumbersAre() throws Exception {
        OpenMetrics open = open();
        assertThat(open.types())
                .containsEntry("millrace_in_msgs", "counter")
                .containsEntry("millrace_slow_consumers", "counter")
                .containsEntry("millrace_connections", "gauge")
                .containsEntry("millrace_latency_seconds", "histogram")
                .containsEntry("millrace_build", "info")
                .containsEntry("jvm_gc_collection_seconds", "summary")
                .containsEntry("process_cpu_seconds", "counter")
                // Whose name doesn't say that it counts can't be a counter here.
                .containsEntry("nats_varz_in_msgs", "unknown")
                .containsEntry("nats_varz_connections", "gauge");
        assertThat(text(""))
                .contains("# TYPE millrace_in_msgs_total counter\n")
                .contains("# TYPE nats_varz_in_msgs counter\n")
                .contains("# TYPE millrace_latency_seconds histogram\n")
                .contains("# TYPE millrace_build_info gauge\n")
                .doesNotContain("# EOF", "# UNIT");
    }

    @Test
    void shouldTellTheSameInBothFormats() throws Exception {
        server.jetStream = Optional.of(StoredView.healthy());
        fixture.connect(1, 3, 2);
        assertThat(series(text("")))
                .isEqualTo(series(new String(ask("", OPEN).body(), StandardCharsets.UTF_8)));
    }

    private static List<String> series(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .toList();
    }

    @Test
    void shouldTellLatenciesAsHistogramsThatCanBeAdded() throws Exception {
        var recorder = server.latencies().recorder(Stage.READ_TO_SENT);
        for (long ns : new long[] {900, 1_000, 40_000, 40_000, 3_000_000, 20_000_000_000L}) {
            recorder.record(Stage.READ_TO_SENT, ns);
        }
        OpenMetrics open = open();
        List<OpenMetrics.Sample> buckets =
                open.samples("millrace_latency_seconds_bucket").stream()
                        .filter(each -> each.labels().get("stage").equals("read_to_sent"))
                        .toList();
        assertThat(buckets).hasSize(23);
        assertThat(upTo(buckets, "0.000001")).isBetween(1.0, 2.0);
        assertThat(upTo(buckets, "0.00005")).isEqualTo(4);
        assertThat(upTo(buckets, "0.0025")).isEqualTo(4);
        assertThat(upTo(buckets, "0.005")).isEqualTo(5);
        assertThat(upTo(buckets, "10.0")).isEqualTo(5);
        assertThat(upTo(buckets, "+Inf")).isEqualTo(6);
    }

    private static double upTo(List<OpenMetrics.Sample> buckets, String le) {
        return buckets.stream()
                .filter(each -> each.labels().get("le").equals(le))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void shouldNeverTellOfMoreThanSoMany() throws Exception {
        server.jetStream = Optional.of(StoredView.healthy());
        fixture.connect(1, 50, 30);
        assertThat(open().samples("millrace_subscription_msgs_total"))
                .hasSize(SubscriptionMetrics.MOST);
        for (long cid = 51; cid <= CONNECTIONS; cid++) {
            Client client =
                    fixture.connected(cid, "$G", new RouterFixture.CountingPeer(), fixture.queue());
            client.peer.outMessages = cid;
        }
        for (int route = 0; route < 150; route++) {
            fixture.connectLeaf(10_000 + route, 0);
        }
        OpenMetrics open = open();
        assertThat(open.size()).isLessThan(MOST_SERIES);
        List<OpenMetrics.Sample> connections = open.samples("nats_connz_out_msgs");
        assertThat(connections)
                .hasSize(1 + ConnectionMetrics.BUSIEST + ConnectionMetrics.MOST_PENDING);
        assertThat(connections.getFirst().value())
                .isEqualTo(CONNECTIONS * (CONNECTIONS + 1) / 2.0 - 50 * 51 / 2.0);
        assertThat(connections.get(1).labels()).containsEntry("cid", "" + CONNECTIONS);
        assertThat(open.samples("millrace_link_in_msgs_total")).hasSize(LinkMetrics.MOST);
        server.commands = 0;
        open();
        assertThat(server.commands).isLessThan(CONNECTIONS / Snapshots.CLIENTS + 40);
    }

    @Test
    void shouldCallNumbersAsAnExporterThatWasToldSo() throws Exception {
        assertThat(text("prefix=gnatsd"))
                .contains("\ngnatsd_varz_connections{", "\njetstream_server_jetstream_disabled{")
                .doesNotContain("\nnats_");
        assertThat(text("prefix=mine")).contains("\nmine_varz_mem{", "\nmine_server_jetstream_d");
        assertThat(ask("prefix=a%7Bb", "").status()).isEqualTo(400);
        assertThat(text(""))
                .contains("\nnats_varz_mem{", "\nnats_subsz_num_cache{", "\nnats_connz_total{")
                .contains("\nnats_accstatz_sent_messages{", "\nnats_routez_num_routes{")
                .contains("\nnats_healthz_js_server_only_status{", "\nnats_accountz_complete{")
                .containsPattern("\nnats_routez_server_name\\{[^}]*value=\"n\"} 1\n")
                .doesNotContain("\nnats_varz_leaf_")
                .containsPattern("\nnats_varz_server_name\\{[^}]*value=\"n\"} 1\n")
                .containsPattern("\nnats_healthz_status_value\\{[^}]*value=\"ok\"} 1\n");
    }

    @Test
    void shouldKeepLabelsShortAndApart() {
        String one = "x".repeat(1_000);
        String cut = Labels.of("a", one + "1").text();
        assertThat(cut).hasSize(Labels.LONGEST + 4).isNotEqualTo(Labels.of("a", one + "2").text());
        assertThat(Labels.of("a", "1\"2\\3\n4\r5\u0000").text())
                .isEqualTo("a=\"1\\\"2\\\\3\\n4\ufffd5\ufffd\"");
        String pairs = "\ud83d\ude00".repeat(500);
        for (String name : new String[] {pairs, "x" + pairs}) {
            String text = Labels.of("a", name).text();
            assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(text);
        }
    }
}
