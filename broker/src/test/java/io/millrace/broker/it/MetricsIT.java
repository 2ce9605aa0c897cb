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
import java.util.stream.Stream;

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

    /**
     * What prometheus-nats-exporter tells of a nats-server that has connections, gateways, leaf
     * nodes, accounts and streams with sources and mirrors, beside its {@code varz}.
     */
    private static final String EXPORTED =
            """
            account: max_memory max_storage memory_used storage_used
            accountz: client_connections complete expired is_system jetstream_enabled
            accountz: leafnode_connections limit_conn limit_data limit_exports limit_imports
            accountz: limit_leaf limit_payload limit_subs limit_wildcards subscriptions
            accstatz: current_connections leaf_nodes received_bytes received_messages sent_bytes
            accstatz: sent_messages slow_consumers subscriptions total_connections
            connz: idle in_bytes in_msgs last_activity limit num_connections offset out_bytes
            connz: out_msgs pending_bytes rtt start subscriptions total uptime
            consumer: ack_floor_consumer_seq ack_floor_stream_seq delivered_consumer_seq
            consumer: delivered_stream_seq last_ack_seconds last_delivery_seconds
            consumer: num_ack_pending num_pending num_redelivered num_waiting
            gatewayz_inbound_gateway: configured conn_idle_seconds conn_in_bytes conn_in_msgs
            gatewayz_inbound_gateway: conn_last_activity_seconds conn_out_bytes conn_out_msgs
            gatewayz_inbound_gateway: conn_pending_bytes conn_rtt conn_start_time_seconds
            gatewayz_inbound_gateway: conn_subscriptions conn_uptime_seconds
            gatewayz_outbound_gateway: configured conn_idle_seconds conn_in_bytes conn_in_msgs
            gatewayz_outbound_gateway: conn_last_activity_seconds conn_out_bytes conn_out_msgs
            gatewayz_outbound_gateway: conn_pending_bytes conn_rtt conn_start_time_seconds
            gatewayz_outbound_gateway: conn_subscriptions conn_uptime_seconds
            healthz: js_enabled_only_status js_enabled_only_status_value js_server_only_status
            healthz: js_server_only_status_value status status_value
            leafz: conn_in_bytes conn_in_msgs conn_nodes_total conn_out_bytes conn_out_msgs
            leafz: conn_rtt conn_subscriptions_total info
            routez: num_routes server_id server_name
            server: jetstream_disabled max_memory max_storage total_consumers
            server: total_message_bytes total_messages total_streams
            stream: consumer_count first_seq last_seq limit_bytes limit_messages
            stream: mirror_active_duration_ns mirror_lag source_active_duration_ns source_lag
            stream: subject_count total_bytes total_messages
            subsz: avg_fanout cache_hit_rate limit max_fanout num_cache num_inserts num_matches
            subsz: num_removes num_subscriptions offset server_id total
            """;

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
            assertThat(names).containsAll(OF_THE_CHART).containsAll(exported());
            for (String file : new String[] {"grafana-dashboard.json", "prometheus-rules.yaml"}) {
                assertThat(namesIn(Path.of("..", "config", file)))
                        .as(file)
                        .hasSizeGreaterThan(15)
                        .isSubsetOf(names);
            }
        }
    }

    private static Set<String> exported() {
        return EXPORTED.lines()
                .map(line -> line.split(": "))
                .flatMap(
                        parts ->
                                Stream.of(parts[1].split(" "))
                                        .map(name -> "nats_" + parts[0] + "_" + name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> namesIn(Path file) throws Exception {
        return METRIC.matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
