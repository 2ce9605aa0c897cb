package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What monitoring says of a server and its clients. */
class MonitorIT {
    private final HttpClient http = HttpClient.newHttpClient();

    private static NatsServer start(Mode mode, Consumer<OptionsBuilder> change) throws IOException {
        return Modes.start(
                mode,
                options -> {
                    options.httpPort(-1);
                    change.accept(options);
                });
    }

    private static NatsServer start(Mode mode) throws IOException {
        return start(mode, options -> {});
    }

    private HttpResponse<String> ask(NatsServer server, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(server.monitorUrl() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The body of an answer of status 200, without blanks. */
    private String get(NatsServer server, String path) throws Exception {
        HttpResponse<String> response = ask(server, path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body().replaceAll("\\s+", "");
    }

    private void await(NatsServer server, String path, String text) {
        Modes.await(
                path + " with " + text,
                () -> {
                    try {
                        return get(server, path).contains(text);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowTheServer(Mode mode) throws Exception {
        try (NatsServer server = start(mode, options -> options.serverName("watched"));
                RawClient subscriber = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            subscriber.send("SUB a.* 1\r\n");
            subscriber.fence();
            publisher.send("PUB a.b 5\r\nhello\r\nPUB none 1\r\nx\r\n");
            publisher.fence();
            subscriber.expect("MSG a.b 1 5\r\nhello\r\n");
            String varz = get(server, "/varz");
            assertThat(varz)
                    .contains("\"server_id\":\"" + server.id() + "\"")
                    .contains("\"server_name\":\"watched\"", "\"version\":\"2.15.2\"")
                    .contains("\"port\":" + server.port() + ",", "\"host\":\"127.0.0.1\"")
                    .contains("\"connections\":2,\"total_connections\":2,")
                    .contains("\"in_msgs\":2,\"in_bytes\":6,")
                    .contains("\"out_msgs\":1,\"out_bytes\":5,")
                    .contains("\"subscriptions\":1,", "\"max_connections\":65536")
                    .contains("\"ping_interval\":120000000000", "\"cluster\":{}")
                    .contains("\"slow_consumer_stats\":{\"clients\":0,")
                    .doesNotContain("auth_required");
            assertThat(get(server, "/varz")).contains("\"http_req_stats\":{\"/varz\":2}");
            assertThat(get(server, "/subsz"))
                    .contains("\"num_subscriptions\":1,", "\"num_inserts\":1,", "\"total\":0,");
            assertThat(get(server, "/subsz?acc=$G")).contains("\"num_subscriptions\":1,");
            assertThat(get(server, "/subsz?acc=$SYS")).contains("\"num_subscriptions\":0,");
            assertThat(get(server, "/accountz?acc=$SYS")).contains("\"num_subscriptions\":0,");
            assertThat(get(server, "/subsz?subs=1"))
                    .contains("\"total\":1,")
                    .contains(
                            "\"subscriptions_list\":[{\"account\":\"$G\",\"account_tag\":\"$G\","
                                    + "\"subject\":\"a.*\",\"sid\":\"1\",\"msgs\":1,\"cid\":1}]");
            assertThat(get(server, "/subscriptionsz?subs=1&test=b")).contains("\"total\":0,");
            assertThat(get(server, "/accountz")).contains("\"accounts\":[\"$G\",\"$SYS\"]");
            assertThat(get(server, "/accountz?acc=$G"))
                    .contains("\"account_name\":\"$G\"", "\"client_connections\":2,");
            assertThat(get(server, "/accstatz"))
                    .contains("\"acc\":\"$G\"", "\"conns\":2,", "\"sent\":{\"msgs\":1,\"bytes\":5,")
                    .contains("\"received\":{\"msgs\":2,\"bytes\":6,");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowEachAccountWhatIsItsOwn(Mode mode) throws Exception {
        String accounts =
                """
                accounts {
                  A { users: [{user: a, password: x}], limits { max_connections: 5 } }
                  B { users: [{user: b, password: "not for monitoring"}] }
                }
                """;
        try (NatsServer server = start(mode, options -> Configured.into(options, accounts));
                RawClient a = new RawClient(server);
                RawClient b = new RawClient(server)) {
            a.send(
                    "CONNECT {\"verbose\":false,\"user\":\"a\",\"pass\":\"x\"}\r\n"
                            + "SUB t 1\r\nSUB t 2\r\nUNSUB 2\r\nPUB t 2\r\nhi\r\n");
            a.expect("MSG t 1 2\r\nhi\r\n");
            b.send(
                    "CONNECT {\"verbose\":false,\"user\":\"b\","
                            + "\"pass\":\"not for monitoring\"}\r\nSUB u.* 1\r\n");
            b.fence();
            assertThat(get(server, "/accountz"))
                    .contains("\"accounts\":[\"$G\",\"$SYS\",\"A\",\"B\"]");
            assertThat(get(server, "/accountz?acc=A"))
                    .contains("\"client_connections\":1,\"subscriptions\":1,")
                    .contains("\"num_inserts\":2,\"num_removes\":1,\"num_matches\":1,")
                    .contains("\"limits\":{\"max_connections\":5,");
            assertThat(get(server, "/subsz?acc=A&subs=1"))
                    .contains("\"num_subscriptions\":1,", "\"num_inserts\":2,", "\"total\":1,")
                    .contains("\"account\":\"A\",", "\"subject\":\"t\",")
                    .doesNotContain("\"u.*\"");
            assertThat(get(server, "/subsz?acc=B&test=u.x&subs=1")).contains("\"total\":1,");
            assertThat(get(server, "/subsz?acc=nope&subs=1"))
                    .contains("\"num_subscriptions\":0,", "\"total\":0,");
            assertThat(get(server, "/connz?acc=A&auth=1"))
                    .contains("\"num_connections\":1,\"total\":1,")
                    .contains("\"authorized_user\":\"a\",\"account\":\"A\",\"name_tag\":\"A\"");
            assertThat(get(server, "/busyz?limit=1"))
                    .contains("\"accounts\":4,\"total\":4,\"busiest\":[{\"acc\":\"A\",\"conns\":1,")
                    .contains("\"max_conns\":5}],\"others\":{\"accounts\":3,\"conns\":1,");
            assertThat(ask(server, "/metrics").body())
                    .contains("millrace_account_in_msgs_total{server_id=\"" + server.id() + '"')
                    .contains(",account=\"A\"} 1\n", ",account=\"B\"} 0\n");
            for (String path :
                    new String[] {"/accountz?acc=B", "/connz?auth=1", "/busyz", "/metrics"}) {
                assertThat(ask(server, path).body()).as(path).doesNotContain("not for monitoring");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNameTheSystemAccountWhereTheReferenceDoes(Mode mode) throws Exception {
        String features =
                "\"feature_flags\":{\"js_ack_fc_v2\":false,\"js_api_reply_v2\":false,"
                        + "\"js_raft_delete_range\":false,\"js_snapshot_sources\":false}";
        String system = "\"system_account\":\"$SYS\",";
        String detail = "\",\"account_detail\":{\"account_name\":\"";
        try (NatsServer server = start(mode)) {
            assertThat(get(server, "/varz"))
                    .contains("\"config_digest\":")
                    .contains(features + "," + system + "\"slow_consumer_stats\":{");
            assertThat(get(server, "/accountz"))
                    .matches(
                            "\\{\"server_id\":\"[^\"]+\",\"now\":\"[^\"]+\",\"system_account\":"
                                    + "\"\\$SYS\",\"accounts\":\\[\"\\$G\",\"\\$SYS\"]}");
            assertThat(get(server, "/accountz?acc=$SYS"))
                    .contains("\"system_account\":\"$SYS" + detail + "$SYS\",\"update_time\":")
                    .contains("\"is_system\":true,\"expired\":false,");
            assertThat(get(server, "/accountz?acc=$G"))
                    .contains("\"system_account\":\"$SYS" + detail + "$G\",\"update_time\":")
                    .doesNotContain("is_system");
            assertThat(get(server, "/accstatz")).doesNotContain("system_account");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayThatClientsMustSayWhoTheyAreThoughOneIsTakenForAUser(Mode mode) throws Exception {
        String users =
                "authorization { users: [ {user: joe, password: hush} ] }\nno_auth_user: joe\n";
        try (NatsServer server = start(mode, options -> Configured.into(options, users));
                RawClient client = new RawClient(server)) {
            assertThat(client.info()).doesNotContain("auth_required");
            assertThat(get(server, "/varz")).contains("\"auth_required\":true,");
        }
    }

    /** The reference names no tag of the global account for a connection that has ended. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTagConnectionsOfTheGlobalAccountWhileTheyAreOpen(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient open = RawClient.connected(server)) {
            RawClient.connected(server).close();
            await(server, "/connz?state=closed", "\"num_connections\":1,");
            assertThat(get(server, "/connz?auth=1")).endsWith("\"name_tag\":\"$G\"}]}");
            assertThat(get(server, "/connz?auth=1&state=closed")).doesNotContain("name_tag");
            open.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowConnections(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"name\":\"me\",\"lang\":\"x\",\"version\":\"7\","
                            + "\"user\":\"joe\",\"pass\":\"hush\"}\r\n"
                            + "SUB q.> work 9\r\nUNSUB 9 5\r\nPUB q.a 2\r\nhi\r\nPING\r\n");
            client.expect("MSG q.a 9 2\r\nhi\r\nPONG\r\n");
            // The loop that has written it may not have said so yet.
            await(server, "/connz", "\"pending_bytes\":0,");
            String connz = get(server, "/connz?subs=detail&auth=1");
            assertThat(connz)
                    .contains("\"num_connections\":1,\"total\":1,\"offset\":0,\"limit\":1024,")
                    .contains(
                            "\"cid\":1,\"kind\":\"Client\",\"type\":\"nats\",\"ip\":\"127.0.0.1\"")
                    .contains("\"pending_bytes\":0,\"in_msgs\":1,\"out_msgs\":1,")
                    .contains("\"in_bytes\":2,\"out_bytes\":2,\"subscriptions\":1,\"name\":\"me\",")
                    .contains("\"lang\":\"x\",\"version\":\"7\",\"authorized_user\":\"joe\",")
                    .contains(
                            "\"subscriptions_list_detail\":[{\"subject\":\"q.>\","
                                    + "\"qgroup\":\"work\",\"sid\":\"9\",\"msgs\":1,\"max\":5,"
                                    + "\"cid\":1}]")
                    .doesNotContain("hush");
            assertThat(get(server, "/connz?subs=1")).contains("\"subscriptions_list\":[\"q.>\"]");
            assertThat(get(server, "/connz?cid=1")).contains("\"limit\":1,", "\"cid\":1,");
            assertThat(get(server, "/connz?cid=7")).contains("\"connections\":[]");
            assertThat(get(server, "/connz?user=joe")).contains("\"cid\":1,");
            assertThat(get(server, "/connz?user=jim")).contains("\"connections\":[]");
            assertThat(get(server, "/connz?mqtt_client=m")).contains("\"connections\":[]");
            assertThat(get(server, "/connz?acc=nope")).contains("\"connections\":null");
            assertThat(get(server, "/connz?acc=$G&state=any")).contains("\"cid\":1,");
        }
    }

    /** The abuse row "monitoring: negative/overflow offset/limit"; GHSA-q59r. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldClampOrRefuseOffsetsAndLimitsThatOverflow(Mode mode) throws Exception {
        String max = "9223372036854775807";
        try (NatsServer server = start(mode);
                RawClient client = RawClient.connected(server)) {
            client.fence();
            for (String path : new String[] {"/connz?", "/subsz?subs=1&"}) {
                get(server, path + "offset=" + max + "&limit=" + max);
                get(server, path + "offset=1&limit=" + max);
                assertThat(get(server, path + "offset=-9&limit=-9"))
                        .contains("\"offset\":0,\"limit\":1024");
                assertThat(ask(server, path + "limit=" + max + "0").statusCode()).isEqualTo(400);
                assertThat(ask(server, path + "offset=x").body())
                        .isEqualTo(
                                "Error decoding int for 'offset': strconv.Atoi: parsing \"x\":"
                                        + " invalid syntax");
            }
            assertThat(ask(server, "/connz?cid=-1").statusCode()).isEqualTo(400);
            assertThat(ask(server, "/connz?state=half").statusCode()).isEqualTo(400);
            assertThat(ask(server, "/connz?subs=2").statusCode()).isEqualTo(400);
            assertThat(ask(server, "/subsz?test=a.*").statusCode()).isEqualTo(400);
            assertThat(ask(server, "/accountz?acc=nope").body())
                    .isEqualTo("Account nope does not exist");
        }
    }

    /** CVE-2026-33247. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowNothingOfTheCommandLineButTheProgram(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            assertThat(get(server, "/debug/vars"))
                    .matches("\\{\"cmdline\":\\[\"[^\"]*\"],\"memstats\":\\{\"Alloc\":\\d+.*");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerAsTheReferenceForWhatIsNotThere(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            assertThat(get(server, "/routez")).endsWith("\"num_routes\":0,\"routes\":[]}");
            assertThat(get(server, "/gatewayz"))
                    .endsWith("\"outbound_gateways\":{},\"inbound_gateways\":{}}");
            assertThat(get(server, "/leafz")).endsWith("\"leafnodes\":0,\"leafs\":[]}");
            assertThat(get(server, "/jsz")).contains("\"disabled\":true");
            assertThat(get(server, "/ipqueuesz")).isEqualTo("{}");
            assertThat(ask(server, "/raftz").statusCode()).isEqualTo(404);
            assertThat(ask(server, "/jsz?leader-only=1").statusCode()).isEqualTo(400);
            assertThat(ask(server, "/nope").body()).isEqualTo("404 page not found\n");
            assertThat(ask(server, "/varz/").statusCode()).isEqualTo(404);
            for (String flags :
                    new String[] {"", "?js-enabled-only=1", "?js-server-only=true", "?details=1"}) {
                assertThat(get(server, "/healthz" + flags)).isEqualTo("{\"status\":\"ok\"}");
            }
            assertThat(ask(server, "/healthz?stream=s").statusCode()).isEqualTo(400);
            assertThat(ask(server, "/healthz?consumer=c&details=1").body())
                    .contains("\"type\":\"BAD_REQUEST\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRememberWhyConnectionsEnded(Mode mode) throws Exception {
        try (NatsServer server =
                start(
                        mode,
                        options ->
                                options.maxConnections(1)
                                        .maxPayload(100)
                                        .maxControlLine(256)
                                        .connectTimeout(Duration.ofSeconds(1)))) {
            ends(server, "SUB left 5\r\nPING\r\n", true, "ClientClosed");
            ends(server, "", false, "AuthenticationTimeout");
            ends(server, "NONSENSE\r\n", false, "ProtocolViolation");
            ends(server, "PUB a 101\r\n", false, "MaximumMessagePayloadExceeded");
            ends(server, "PUB " + "a".repeat(300), false, "MaximumControlLineExceeded");
            ends(server, "CONNECT {\"protocol\":2}\r\n", false, "BadClientProtocolVersion");
            ends(
                    server,
                    "CONNECT {\"no_responders\":true}\r\n",
                    false,
                    "NoRespondersRequiresHeaders");
            ends(server, "CONNECT {\"account\":\"x\"}\r\n", false, "AuthenticationFailure");
            try (RawClient first = RawClient.connected(server);
                    RawClient second = new RawClient(server)) {
                first.fence();
                second.readToEnd();
                await(server, "/connz?state=closed", "\"reason\":\"MaximumConnectionsExceeded\"");
            }
            await(server, "/varz", "\"connections\":0,");
            String closed = get(server, "/connz?state=closed&subs=1&sort=stop");
            assertThat(closed).contains("\"stop\":\"", "\"subscriptions_list\":[\"left\"]");
            assertThat(get(server, "/connz?state=closed&cid=1")).contains("\"num_connections\":1,");
            assertThat(get(server, "/connz?sort=reason&state=closed")).contains("\"total\":10,");
            assertThat(get(server, "/connz")).contains("\"total\":0,");
        }
    }

    private void ends(NatsServer server, String sent, boolean byItself, String reason)
            throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(sent);
            if (byItself) {
                client.line();
                client.line();
            } else {
                client.readToEnd();
            }
        }
        await(server, "/connz?state=closed", "\"reason\":\"" + reason + "\"");
        await(server, "/varz", "\"connections\":0,");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetTheOldestClosedConnections(Mode mode) throws Exception {
        try (NatsServer server = start(mode, options -> options.maxClosedClients(2))) {
            for (int i = 0; i < 4; i++) {
                RawClient.connected(server).close();
                await(server, "/varz", "\"connections\":0,\"total_connections\":" + (i + 1));
            }
            assertThat(get(server, "/connz?state=closed"))
                    .contains("\"total\":2,", "\"cid\":3,", "\"cid\":4,");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhoIsSlowAndWhichSubjectFilledTheQueue(Mode mode) throws Exception {
        String flood = "PUB flood 100000\r\n" + "x".repeat(100_000) + "\r\n";
        try (NatsServer server = start(mode, options -> options.maxPending(8_000_000));
                RawClient slow = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            slow.send("SUB flood 1\r\n");
            slow.fence();
            for (int i = 0; i < 400; i++) {
                publisher.send(flood);
            }
            await(server, "/slowz", "\"outcome\":\"SlowConsumer(PendingBytes)\"");
            assertThat(get(server, "/slowz"))
                    .contains("\"slow_consumers\":1,", "\"cid\":1,", "\"subject\":\"flood\"");
            assertThat(get(server, "/varz"))
                    .contains("\"slow_consumer_stats\":{\"clients\":1,", "\"slow_consumers\":1,");
            assertThat(get(server, "/accstatz?unused=1")).contains("\"slow_consumers\":1}");
            publisher.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowWhatIsKeptForWhomAndHowMuchMayBe(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient small = RawClient.connected(server);
                RawClient large = new RawClient(server)) {
            large.send("CONNECT {\"verbose\":false,\"name\":\"\\u202e<b>\"}\r\n");
            for (int i = 0; i < 1_000; i++) {
                large.send("SUB kept." + i + " " + i + "\r\n");
            }
            large.fence();
            small.fence();
            String varz = get(server, "/varz");
            assertThat(varz).doesNotContain("\"max_memory\"");
            long interest = number(varz, "interest");
            assertThat(interest).isGreaterThan(50_000);
            assertThat(number(varz, "heap_bytes"))
                    .isGreaterThan(interest)
                    .isLessThan(number(varz, "heap_bound_bytes"));
            assertThat(number(varz, "native_bytes")).isLessThan(number(varz, "native_bound_bytes"));
            assertThat(varz)
                    .contains("\"bytes_by_kind\":{\"outbound\":", "\"monitoring\":")
                    .endsWith("}}");
            String slowz = get(server, "/slowz");
            assertThat(slowz)
                    .contains(
                            "\"slow\":[],\"past\":[],\"debtors\":[{\"kind\":\"Client\",\"cid\":2,")
                    .contains("\"name\":\"\u202e<b>\",\"account\":\"$G\",\"heap_bytes\":")
                    .contains("},{\"kind\":\"Client\",\"cid\":1,\"ip\":\"127.0.0.1\",\"port\":");
            assertThat(number(slowz, "heap_bytes")).isGreaterThan(interest);
            String label = "{server_id=\"" + server.id() + "\",";
            // The server's own services may still be subscribing: both are asked until they agree.
            Modes.await(
                    "the same interest at /varz and /metrics",
                    () -> {
                        try {
                            long told = number(get(server, "/varz"), "interest");
                            return ask(server, "/metrics")
                                    .body()
                                    .contains(
                                            "\nmillrace_memory_bytes"
                                                    + label
                                                    + "kind=\"interest\",store=\"heap\"} "
                                                    + told
                                                    + "\n");
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            assertThat(ask(server, "/metrics").body())
                    .contains("# TYPE millrace_memory_bytes gauge\n")
                    .contains("# TYPE millrace_memory_bound_bytes gauge\n")
                    .contains("\nmillrace_memory_bound_bytes" + label + "store=\"heap\"} ")
                    .contains("\nmillrace_memory_bound_bytes" + label + "store=\"native\"} ");
        }
    }

    /** The first number of a name. */
    private static long number(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(-?\\d+)").matcher(json);
        assertThat(found.find()).as(name).isTrue();
        return Long.parseLong(found.group(1));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBoundMemoryAnewWithAReload(Mode mode) throws Exception {
        long mib = 1024 * 1024;
        try (NatsServer server = start(mode, options -> options.maxMemory(512 * mib))) {
            assertThat(get(server, "/varz")).contains("\"max_memory\":" + 512 * mib + ",");
            OptionsBuilder next = new OptionsBuilder().host("127.0.0.1").port(-1).httpPort(-1);
            server.reload(next.threading(mode).maxMemory(128 * mib).conclude(2));
            assertThat(get(server, "/varz"))
                    .contains("\"memory\":{\"max_memory\":" + 128 * mib + ",")
                    .contains("\"heap_bound_bytes\":" + 16 * mib + ",")
                    .contains("\"native_bound_bytes\":" + 64 * mib + ",");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowLatenciesThreadsAndMetrics(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient client = RawClient.connected(server)) {
            for (int i = 0; i < 100; i++) {
                client.fence();
            }
            String latencyz = get(server, "/latencyz?stage=read_to_route");
            Matcher count = Pattern.compile("\"count\":(\\d+)").matcher(latencyz);
            assertThat(count.find()).isTrue();
            assertThat(Integer.parseInt(count.group(1))).isPositive();
            assertThat(get(server, "/latencyz")).contains("\"socket_write\":{\"count\":");
            assertThat(ask(server, "/latencyz?stage=read_to_sent&format=hgrm").body())
                    .contains("Value     Percentile TotalCount");
            assertThat(get(server, "/latencyz?stage=read_to_route&format=counts"))
                    .matches(
                            ".*\"stages\":\\{\"read_to_route\":\\{\"counts\":\\{(\"\\d+\":\\d+,?)+}}}}");
            assertThat(get(server, "/latencyz?format=counts")).contains("\"read_to_sent\":{");
            assertThat(ask(server, "/latencyz?stage=nope").statusCode()).isEqualTo(400);
            assertThat(ask(server, "/latencyz?format=hgrm").statusCode()).isEqualTo(400);
            assertThat(get(server, "/threadz"))
                    .contains("\"ring\":{\"waiting\":", "\"name\":\"millrace-monitor");
            assertThat(ask(server, "/stacksz").body()).contains("\"millrace-io", "    at ");
            HttpResponse<String> metrics = ask(server, "/metrics");
            assertThat(metrics.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            String label = "{server_id=\"" + server.id() + "\"} ";
            assertThat(metrics.body())
                    .contains("# TYPE nats_varz_connections gauge\n")
                    .contains("nats_varz_connections" + label + "1\n")
                    .contains("millrace_ring_capacity" + label + "1024\n");
            assertThat(metrics.body().lines())
                    .allMatch(
                            line ->
                                    line.startsWith("# ")
                                            || line.matches("[a-z_0-9]+\\{[^{}]+} [-+0-9.]+"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeItsPageFromTheJarOnly(Mode mode) throws Exception {
        try (NatsServer server = start(mode, options -> options.httpBasePath("nats/"))) {
            assertThat(server.monitorUrl()).endsWith("/nats");
            String root = server.monitorUrl().replaceFirst("/nats$", "");
            HttpResponse<String> page = http(root + "/nats");
            assertThat(page.body()).contains("<base href=\"/nats/\">", "href=\"page/style.css\"");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'");
            assertThat(http(root + "/nats/").body()).isEqualTo(page.body());
            assertThat(http(root + "/nats/page/style.css").headers().firstValue("Content-Type"))
                    .hasValue("text/css; charset=utf-8");
            assertThat(http(root + "/nats/varz").statusCode()).isEqualTo(200);
            assertThat(http(root + "/varz").statusCode()).isEqualTo(404);
            for (String other :
                    new String[] {
                        "page/",
                        "page/nope.css",
                        "page/%2e%2e/Varz.class",
                        "page/index.html/x",
                        "page/..%2fVarz.class"
                    }) {
                assertThat(http(root + "/nats/" + other).statusCode()).as(other).isEqualTo(404);
            }
        }
    }

    private HttpResponse<String> http(String url) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldHaveNoMonitoringUnlessItIsWanted() throws Exception {
        try (NatsServer server = NatsServer.builder().port(0).start()) {
            assertThatThrownBy(server::monitorPort).isInstanceOf(IllegalStateException.class);
        }
        try (NatsServer server = NatsServer.builder().port(0).httpPort(0).start()) {
            assertThat(get(server, "/healthz")).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void shouldNotStartWhenTheMonitoringPortIsInUse() throws Exception {
        try (NatsServer server = start(Mode.INLINE)) {
            assertThatThrownBy(
                            () ->
                                    start(
                                            Mode.INLINE,
                                            options -> options.httpPort(server.monitorPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "Can't start monitoring: can't listen to the monitor port: listen tcp"
                                    + " 127.0.0.1:"
                                    + server.monitorPort()
                                    + ": bind: address already in use");
        }
    }

    @Test
    void shouldListItsUrlInThePortsFileAndLogWhereItListens(@TempDir Path folder) throws Exception {
        try (ServerProcess server =
                ServerProcess.ready(folder, "-m", "-1", "--ports_file_dir", folder.toString())) {
            server.awaitLine("Starting http monitor on 127.0.0.1:");
            Path file = folder.resolve("millrace_" + server.pid() + ".ports");
            Modes.await("the ports file is there", () -> Files.exists(file));
            Matcher url =
                    Pattern.compile("\"monitoring\":\\[\"(http://127\\.0\\.0\\.1:\\d+)\"]")
                            .matcher(Files.readString(file));
            assertThat(url.find()).isTrue();
            assertThat(http(url.group(1) + "/healthz").body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void shouldRefuseHttpsAsLongAsThereIsNoTls(@TempDir Path folder) throws Exception {
        try (ServerProcess server =
                new ServerProcess(folder, "-a", "127.0.0.1", "-p", "-1", "-ms", "-1")) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.errors())
                    .contains("[FTL] Can't start monitoring: TLS cert and key required for HTTPS");
        }
    }
}
