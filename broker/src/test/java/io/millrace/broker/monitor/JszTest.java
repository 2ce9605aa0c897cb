package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bytes and texts are those that nats-server 2.15.2 answered with, but for what is named here. */
class JszTest {
    /** Of numbers of JetStream. */
    private static final String SERVER_LABELS =
            "{server_id=\"N\",server_name=\"n\",cluster=\"\",domain=\"\",meta_leader=\"\","
                    + "is_meta_leader=\"true\"";

    private static final String NOW = "2026-11-26T22:23:00.232712969Z";

    private static final String STATS =
            """
              "memory": 22,
              "storage": 132,
              "reserved_memory": 0,
              "reserved_storage": 0,
              "accounts": 2,
              "ha_assets": 0,
              "api": {
                "level": 5,
                "total": 7,
                "errors": 1
              },
            """;

    private static final String CONFIG =
            """
              "config": {
                "max_memory": 1073741824,
                "max_storage": 2147483648,
                "store_dir": "/var/lib/nats/jetstream",
                "sync_interval": 120000000000,
                "domain": "hub",
                "compress_ok": true,
                "strict": true
              },
            """;

    private static final String LIMITS =
            """
              "limits": {
                "max_duplicate_window": 300000000000,
                "max_batch_size": 77,
                "default_max_consumers": 1000
              },
            """;

    private static final String TOTALS =
            """
              "streams": 2,
              "consumers": 1,
              "messages": 4,
              "bytes": 154,
            """;

    private static final String ACCOUNT_A =
            """
                {
                  "name": "A",
                  "id": "A",
                  "memory": 22,
                  "storage": 132,
                  "reserved_memory": 18446744073709551615,
                  "reserved_storage": 18446744073709551615,
                  "accounts": 0,
                  "ha_assets": 0,
                  "api": {
                    "level": 0,
                    "total": 7,
                    "errors": 1
                  }""";

    private static final String ACCOUNT_B =
            """
                {
                  "name": "B",
                  "id": "B",
                  "memory": 0,
                  "storage": 0,
                  "reserved_memory": 1048576,
                  "reserved_storage": 2097152,
                  "accounts": 0,
                  "ha_assets": 0,
                  "api": {
                    "level": 0,
                    "total": 0,
                    "errors": 0
                  }
                }""";

    private static final String MEMORY =
            """
                    {
                      "name": "MEM",
                      "created": "2026-11-26T22:23:00.103708911Z",
                      "cluster": {
                        "leader": "n"
                      },
                      "config": {
                        "name": "MEM",
                        "subjects": [
                          "mem.*"
                        ],
                        "retention": "limits",
                        "max_consumers": -1,
                        "consumer_limits": {},
                        "sealed": false
                      },
                      "state": {
                        "messages": 1,
                        "bytes": 22,
                        "first_seq": 1,
                        "first_ts": "2026-11-26T22:23:00.170604851Z",
                        "last_seq": 1,
                        "last_ts": "2026-11-26T22:23:00.170604851Z",
                        "num_subjects": 1,
                        "consumer_count": 0
                      }
                    }""";

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final FakeServer server = new FakeServer(fixture.router, options());
    private final List<String> logged = new ArrayList<>();
    private final ServerLog log =
            ServerLog.to((level, text) -> logged.add(level + " " + text), false, false);
    private final Paths paths = new Paths(server, "", log);

    private static Options options() {
        OptionsBuilder options = new OptionsBuilder();
        Configured.into(
                options,
                "jetstream { store_dir: x, sync_interval: '2m', domain: hub, limits {"
                        + " duplicate_window: '5m', batch { max_msgs: 77 } }"
                        + " }\naccounts { A { jetstream: true }, B { jetstream: true }, C {} }");
        return options.conclude(1);
    }

    @BeforeEach
    void store() {
        server.jetStream = Optional.of(StoredView.healthy());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String get(String path) throws Exception {
        int query = path.indexOf('?');
        Reply reply =
                query < 0
                        ? paths.answer(path, Query.parse(""))
                        : paths.answer(
                                path.substring(0, query), Query.parse(path.substring(query + 1)));
        String body = new String(reply.body(), StandardCharsets.UTF_8);
        return (reply.status() == 200 ? "" : reply.status() + " ")
                + body.replaceFirst("\"now\": \"[^\"]+\"", "\"now\": \"" + NOW + '"');
    }

    private static String jsz(String totals, String details) {
        return "{\n"
                + STATS
                + "  \"server_id\": \"N\",\n  \"now\": \""
                + NOW
                + "\",\n"
                + CONFIG
                + LIMITS
                + totals
                + details
                + "  \"total\": 2\n}";
    }

    private static String details(String... accounts) {
        return "  \"account_details\": [\n"
                + String.join(",\n", accounts).indent(4).stripTrailing()
                + "\n  ],\n";
    }

    // --- jsz

    @Test
    void shouldTellOfTheServer() throws Exception {
        assertThat(get("/jsz")).isEqualTo(jsz(TOTALS, ""));
        assertThat(get("/jsz?leader-only=1")).isEqualTo(jsz(TOTALS, ""));
        assertThat(get("/jsz?acc=C")).isEqualTo(jsz(TOTALS, ""));
    }

    @Test
    void shouldTellOfItsAccounts() throws Exception {
        String all = jsz(TOTALS, details(ACCOUNT_A + "\n}", ACCOUNT_B));
        assertThat(get("/jsz?accounts=1")).isEqualTo(all);
        assertThat(get("/jsz?accounts=1&limit=-1&offset=1")).isEqualTo(all);
        assertThat(get("/jsz?acc=B&streams=1")).isEqualTo(jsz(TOTALS, details(ACCOUNT_B)));
        assertThat(get("/jsz?accounts=1&limit=1"))
                .isEqualTo(jsz(TOTALS, details(ACCOUNT_A + "\n}")));
        assertThat(get("/jsz?accounts=1&offset=2")).isEqualTo(jsz(TOTALS, ""));
    }

    @Test
    void shouldTellWhoLeads() throws Exception {
        String leaders =
                TOTALS.replace("\"streams\": 2,", "\"streams\": 2,\n  \"streams_leader\": 2,")
                        .replace(
                                "\"consumers\": 1,",
                                "\"consumers\": 1,\n  \"consumers_leader\": 1,");
        assertThat(get("/jsz?accounts=1&streams=1&raft=1&limit=2&offset=1"))
                .isEqualTo(jsz(leaders, details(ACCOUNT_B)));
    }

    @Test
    void shouldTellOfStreamsAndTheirConfiguration() throws Exception {
        String answer = get("/jsz?acc=A&consumers=1&config=1");
        assertThat(answer)
                .startsWith(jsz(TOTALS, "").replace("  \"total\": 2\n}", ""))
                .contains(ACCOUNT_A.indent(4).stripTrailing() + ",\n      \"stream_detail\": [\n")
                .contains(" [\n" + MEMORY.indent(8).stripTrailing() + ",\n");
        assertThat(get("/jsz?streams=1")).doesNotContain("config\": {\n            ");
        assertThat(get("/jsz?streams=1")).contains("\"name\": \"ORDERS\"", "\"name\": \"B\"");
    }

    @Test
    void shouldTellOfConsumers() throws Exception {
        String answer = get("/jsz?acc=A&consumers=1&direct-consumers=1&config=1");
        String all = answer.replaceAll("\\s+", "");
        assertThat(all)
                .contains(
                        "\"consumer_detail\":[{\"stream_name\":\"ORDERS\",\"name\":\"pull\","
                                + "\"created\":\"2026-11-27T06:16:36.649424870Z\","
                                + "\"config\":{\"durable_name\":\"pull\",\"ack_wait\":30000000000},"
                                + "\"delivered\":{\"consumer_seq\":4,\"stream_seq\":4,"
                                + "\"last_active\":\"2026-11-27T06:16:37.528411739Z\"},"
                                + "\"ack_floor\":{\"consumer_seq\":0,\"stream_seq\":0},"
                                + "\"num_ack_pending\":3,\"num_redelivered\":1,\"num_waiting\":7,"
                                + "\"num_pending\":2,\"paused\":true,"
                                + "\"pause_remaining\":5000000000,"
                                + "\"ts\":\"2026-11-27T06:16:37.551796890Z\","
                                + "\"priority_groups\":[{\"group\":\"g1\","
                                + "\"pinned_ts\":\"0001-01-01T00:00:00Z\"}]}],"
                                + "\"direct_consumer_detail\":[{\"stream_name\":\"ORDERS\","
                                + "\"name\":\"JS_SRC_1\",");
        assertThat(get("/jsz?acc=A&consumers=1"))
                .contains("\"consumer_detail\"")
                .doesNotContain("durable_name", "direct_consumer");
    }

    @Test
    void shouldRefuseToListMoreConsumersThanFit() throws Exception {
        server.jetStream = Optional.of(StoredView.cut());
        assertThat(get("/jsz?consumers=1"))
                .isEqualTo(
                        "400 more than 25000 consumers; ask for less, with acc, stream, limit and"
                                + " offset");
    }

    // --- streamz

    @Test
    void shouldTellWhoComesFirst() throws Exception {
        String answer = get("/streamz?streams=1&streams-sort=stored&consumers-sort=oldest");
        assertThat(answer.replaceAll("\\s+", ""))
                .contains(
                        "\"storage\":132,\"max_storage\":2147483648,",
                        "\"pending\":2,\"ack_pending\":3,\"redelivered\":1,\"waiting\":7,",
                        "\"busiest_streams\":[{\"acc\":\"A\",\"name\":\"ORDERS\",\"messages\":3,",
                        "\"busiest_consumers\":[{\"acc\":\"A\",\"stream_name\":\"ORDERS\",",
                        "\"last_delivery\":\"2026-11-27T06:16:37.528411739Z\",",
                        "\"oldest_unacked\":{\"seq\":1,\"deliveries\":2,\"since\":\"2026");
        assertThat(get("/streamz?consumers-sort=no")).isEqualTo("400 invalid sorting option: no");
        server.jetStream = Optional.of(StoredView.of("", StoredView.faulty("disk full")));
        assertThat(get("/streamz"))
                .contains("\"fault\": \"disk full\"", "\"1000000\": 5", "\"Infinity\": 1");
        server.isStuck = true;
        assertThat(get("/streamz")).contains("\"fault\": \"JetStream does not answer\"");
    }

    @Test
    void shouldSayThatThereIsNone() throws Exception {
        server.jetStream = Optional.empty();
        assertThat(get("/jsz?acc=A"))
                .contains("\"disabled\": true", "\"level\": 0")
                .doesNotContain("account_details", "limits");
        assertThat(get("/jsz?leader-only=1")).isEqualTo("400 filtered response: not leader");
        assertThat(get("/varz")).contains("\"jetstream\": {},");
    }

    @Test
    void shouldTellOfTheServerInVarz() throws Exception {
        String stats = STATS.indent(4).stripTrailing();
        assertThat(get("/varz"))
                .contains(
                        "  \"jetstream\": {\n"
                                + CONFIG.indent(2)
                                + "    \"stats\": {\n"
                                + stats.substring(0, stats.length() - 1)
                                + "\n    },\n"
                                + LIMITS.indent(2).stripTrailing().replaceFirst(",$", "\n  },\n"));
    }

    @Test
    void shouldTellTheRestThoughJetStreamDoesNotAnswer() throws Exception {
        server.isStuck = true;
        assertThat(get("/varz")).contains("\"jetstream\": {},");
        assertThat(get("/metrics")).contains("nats_varz_connections");
        assertThat(get("/healthz"))
                .isEqualTo(
                        "503 {\"status\":\"unavailable\",\"error\":\"JetStream does not answer\"}");
    }

    // --- metrics

    private static String account(String name) {
        return SERVER_LABELS
                + ",account=\"%1$s\",account_name=\"%1$s\",account_id=\"%1$s\"} ".formatted(name);
    }

    @Test
    void shouldCallNumbersAsTheExporterDoes() throws Exception {
        server.jetStream = Optional.of(StoredView.of("", StoredView.faulty("disk full")));
        String labels = SERVER_LABELS;
        String orders =
                labels
                        + ",account=\"A\",account_name=\"A\",account_id=\"A\","
                        + "stream_name=\"ORDERS\",stream_leader=\"n\",is_stream_leader=\"true\","
                        + "stream_raft_group=\"\"} ";
        String pull =
                orders.replace(
                        "} ",
                        ",consumer_name=\"pull\",consumer_leader=\"\",is_consumer_leader=\"true\","
                                + "consumer_desc=\"a \\\"quoted\\\" one\","
                                + "consumer_created=\"2026-11-27T06:16:36Z\"} ");
        assertThat(get("/metrics").lines())
                .contains(
                        "nats_server_jetstream_disabled" + labels + "} 0",
                        "nats_server_max_memory" + labels + "} 1073741824",
                        "nats_server_max_storage" + labels + "} 2147483648",
                        "nats_server_total_streams" + labels + "} 2",
                        "nats_server_total_consumers" + labels + "} 1",
                        "nats_server_total_messages" + labels + "} 4",
                        "nats_server_total_message_bytes" + labels + "} 154",
                        "nats_stream_total_messages" + orders + 3,
                        "nats_stream_total_bytes" + orders + 132,
                        "nats_stream_first_seq" + orders + 1,
                        "nats_stream_last_seq" + orders + 3,
                        "nats_stream_consumer_count" + orders + 1,
                        "nats_stream_limit_messages" + orders + -1,
                        "nats_stream_limit_bytes" + orders + -1,
                        "nats_account_storage_used" + account("A") + 132,
                        "nats_account_memory_used" + account("A") + 22,
                        "nats_account_max_storage" + account("A") + "18446744073709552000",
                        "nats_account_max_memory" + account("B") + 1_048_576,
                        "nats_consumer_last_delivery_seconds" + pull + "0.023385151",
                        "nats_consumer_num_pending" + pull + 2,
                        "nats_consumer_num_ack_pending" + pull + 3,
                        "nats_consumer_num_redelivered" + pull + 1,
                        "nats_consumer_num_waiting" + pull + 7,
                        "nats_consumer_delivered_consumer_seq" + pull + 4,
                        "nats_consumer_ack_floor_stream_seq" + pull + 0,
                        "millrace_jetstream_consumers_ack_pending{server_id=\"N\"} 3",
                        "millrace_jetstream_log_durable_bytes_total{server_id=\"N\"} 700",
                        "millrace_jetstream_log_fault{server_id=\"N\"} 1",
                        "# TYPE millrace_jetstream_log_sync_seconds histogram",
                        "millrace_jetstream_log_sync_seconds_bucket{server_id=\"N\",le=\"0.001\"} 5",
                        "millrace_jetstream_log_sync_seconds_bucket{server_id=\"N\",le=\"0.01\"} 8",
                        "millrace_jetstream_log_sync_seconds_bucket{server_id=\"N\",le=\"+Inf\"} 9",
                        "millrace_jetstream_log_sync_seconds_sum{server_id=\"N\"} 0.5",
                        "millrace_jetstream_log_sync_seconds_count{server_id=\"N\"} 9");
        server.jetStream = Optional.empty();
        assertThat(get("/metrics").lines().filter(line -> line.contains("jetstream_disabled")))
                .hasSize(3)
                .contains("nats_server_jetstream_disabled" + labels + "} 1");
    }

    // --- healthz

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    /healthz                                      | {"status":"ok"}
                    /healthz?account=A                            | {"status":"ok"}
                    /healthz?account=B                            | {"status":"ok"}
                    /healthz?account=A&stream=ORDERS              | {"status":"ok"}
                    /healthz?account=A&stream=ORDERS&consumer=pull | {"status":"ok"}
                    /healthz?js-enabled-only=1                    | {"status":"ok"}
                    /healthz?js-server-only=1&account=X           | {"status":"ok"}
                    /healthz?account=X                            | 404 {"status":"unavailable","error":"JetStream account \\"X\\" not found"}
                    /healthz?account=A&stream=N                   | 404 {"status":"unavailable","error":"JetStream stream \\"N\\" not found on account \\"A\\""}
                    /healthz?account=A&stream=ORDERS&consumer=X   | 404 {"status":"unavailable","error":"JetStream consumer \\"X\\" not found for stream \\"ORDERS\\" on account \\"A\\""}
                    /healthz?account=X&details=1                  | 404 {"status":"error","errors":[{"type":"ACCOUNT","account":"X","error":"JetStream account \\"X\\" not found"}]}
                    /healthz?account=A&stream=N&details=1         | 404 {"status":"error","errors":[{"type":"STREAM","account":"A","stream":"N","error":"JetStream stream \\"N\\" not found on account \\"A\\""}]}
                    /healthz?account=A&stream=ORDERS&consumer=X&details=1 | 404 {"status":"error","errors":[{"type":"CONSUMER","account":"A","stream":"ORDERS","consumer":"X","error":"JetStream consumer \\"X\\" not found for stream \\"ORDERS\\" on account \\"A\\""}]}
                    /healthz?stream=N                             | 400 {"status":"error","error":"\\"account\\" must not be empty when checking stream health"}
                    """)
    void shouldSayWhetherWhatIsAskedForIsThere(String path, String answer) throws Exception {
        assertThat(get(path)).isEqualTo(answer);
    }

    @Test
    void shouldBeUnhealthyWhileTheLogTakesNothing() throws Exception {
        server.jetStream = Optional.of(StoredView.of("", StoredView.faulty("no room")));
        assertThat(get("/healthz"))
                .isEqualTo("503 {\"status\":\"unavailable\",\"error\":\"JetStream log: no room\"}");
        assertThat(get("/healthz?js-enabled-only=1")).isEqualTo("{\"status\":\"ok\"}");
        assertThat(get("/healthz?js-enabled=1")).isEqualTo("{\"status\":\"ok\"}");
        assertThat(logged)
                .containsExactly(
                        "WARN Healthcheck failed: \"JetStream log: no room\"",
                        "WARN Healthcheck: js-enabled deprecated, use js-enabled-only instead");
    }

    @Test
    void shouldBeUnhealthyWhileAStreamIsOffline() throws Exception {
        server.jetStream = Optional.of(StoredView.of("block 7 is damaged", LogView.EMPTY));
        String error = "JetStream stream 'A > ORDERS' could not be recovered: block 7 is damaged\"";
        assertThat(get("/healthz"))
                .isEqualTo("503 {\"status\":\"unavailable\",\"error\":\"" + error + "}");
        assertThat(get("/healthz?account=A&stream=ORDERS"))
                .isEqualTo("503 {\"status\":\"unavailable\",\"error\":\"" + error + "}");
        assertThat(get("/healthz?account=A&stream=MEM")).isEqualTo("{\"status\":\"ok\"}");
        assertThat(get("/healthz?account=B")).isEqualTo("{\"status\":\"ok\"}");
        assertThat(get("/healthz?details=1"))
                .isEqualTo(
                        "503 {\"status\":\"error\",\"errors\":[{\"type\":\"STREAM\","
                                + "\"account\":\"A\",\"stream\":\"ORDERS\",\"error\":\""
                                + error
                                + "}]}");
    }

    @Test
    void shouldBeUnhealthyIfThereIsNoneThoughThereShouldBe() throws Exception {
        server.jetStream = Optional.empty();
        assertThat(get("/healthz?js-enabled-only=1"))
                .isEqualTo(
                        "503 {\"status\":\"unavailable\","
                                + "\"error\":\"JetStream not enabled (10076)\"}");
        assertThat(get("/healthz?js-server-only=1")).isEqualTo("{\"status\":\"ok\"}");
        assertThat(paths.effort("/healthz")).isEqualTo(Answers.Effort.SOME);
    }
}
