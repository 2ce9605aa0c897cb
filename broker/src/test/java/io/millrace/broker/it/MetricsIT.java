package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.monitor.OpenMetrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a running server tells Prometheus, and what is made of it in {@code config}. */
class MetricsIT {
    /** In JSON; some of it may be in no label as it is. */
    private static final String HOSTILE = "a\\\"} 1\\n# EOF\\n\\\\ \\r\\u0000{b=\\\"";

    private static final Pattern METRIC =
            Pattern.compile("\\b(?:millrace|nats|jvm|process)_[a-z0-9_]+");

    private static final String SECRET = "geheim-and-never-told";

    /** What the dashboards ask for that come with prometheus-nats-exporter for the Helm chart. */
    private static final List<String> OF_THE_CHART =
            List.of(
                    "nats_varz_connections",
                    "nats_varz_cpu",
                    "nats_varz_in_bytes",
                    "nats_varz_in_msgs",
                    "nats_varz_mem",
                    "nats_varz_out_bytes",
                    "nats_varz_out_msgs",
                    "nats_varz_slow_consumers",
                    "nats_varz_subscriptions",
                    "nats_varz_jetstream_config_max_memory",
                    "nats_varz_jetstream_config_max_storage",
                    "nats_varz_jetstream_stats_memory",
                    "nats_varz_jetstream_stats_storage",
                    "nats_server_total_consumers",
                    "nats_server_total_streams",
                    "nats_stream_last_seq",
                    "nats_stream_total_bytes",
                    "nats_stream_total_messages",
                    "nats_consumer_delivered_consumer_seq",
                    "nats_consumer_num_ack_pending",
                    "nats_consumer_num_pending");

    @TempDir Path folder;

    private NatsServer start() throws Exception {
        String config =
                """
                jetstream { store_dir: "%s" }
                accounts { A { users: [{user: a, password: %s}], jetstream: enabled } }
                monitor { username: ops, password: %s }
                """
                        .formatted(folder, SECRET, SECRET);
        return Modes.start(Mode.INLINE, options -> Configured.into(options.httpPort(-1), config));
    }

    private static String metrics(NatsServer server) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.monitorUrl() + "/metrics"))
                        .header("Accept", "application/openmetrics-text;version=1.0.0")
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(("ops:" + SECRET).getBytes()))
                        .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
            return answer.body();
        }
    }

    @Test
    void shouldHaveEveryNumberThatDashboardAndRulesAskForWhateverItsClientsAreCalled()
            throws Exception {
        try (NatsServer server = start();
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"user\":\"a\",\"pass\":\""
                            + SECRET
                            + "\",\"name\":\""
                            + HOSTILE
                            + "x".repeat(500)
                            + "\"}\r\nSUB \"}.\\n 1\"\r\nPUB \"}.\\n 2\r\nhi\r\n");
            client.expect("MSG \"}.\\n 1\" 2\r\nhi\r\n");
            client.fence();
            String text = metrics(server);
            OpenMetrics read = OpenMetrics.parse(text);
            assertThat(text).doesNotContain(SECRET);
            OpenMetrics.Sample subscription =
                    read.samples("millrace_subscription_msgs_total").getFirst();
            assertThat(subscription.labels())
                    .containsEntry("subject", "\"}.\\n")
                    .containsEntry("sid", "1\"")
                    .containsEntry("account", "A");
            assertThat(subscription.value()).isEqualTo(1);
            assertThat(read.samples("nats_connz_out_msgs").get(1).labels().get("name"))
                    .startsWith("a\"} 1\n# EOF\n\\ \ufffd\ufffd{b=\"xxx")
                    .hasSize(128);
            Set<String> names = read.names();
            assertThat(names).containsAll(OF_THE_CHART);
            for (String file : new String[] {"grafana-dashboard.json", "prometheus-rules.yaml"}) {
                assertThat(namesIn(Path.of("..", "config", file)))
                        .as(file)
                        .hasSizeGreaterThan(15)
                        .isSubsetOf(names);
            }
        }
    }

    private static Set<String> namesIn(Path file) throws Exception {
        return METRIC.matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
