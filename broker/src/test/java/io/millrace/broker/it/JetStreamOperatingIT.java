package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What operators see of JetStream, and what they change while it runs. */
@Timeout(120)
class JetStreamOperatingIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Consumers of a stream, which the shard looks at in several parts. */
    private static final int MORE_THAN_IN_ONE_GO = 300;

    private static final Pattern URL = Pattern.compile("Starting http monitor on (\\S+)");

    @TempDir private Path folder;

    private ServerProcess start(Mode mode, String more) throws Exception {
        Path file = configure(mode, more);
        return ServerProcess.ready(folder, "-c", file.toString());
    }

    private Path configure(Mode mode, String more) throws Exception {
        return Files.writeString(
                folder.resolve("c.conf"),
                """
                http: "127.0.0.1:-1"
                threading: %s
                %s
                """
                        .formatted(mode.name().toLowerCase(java.util.Locale.ROOT), more));
    }

    private String jetStream(String limits) {
        return "jetstream { store_dir: '%s', %s }\n".formatted(folder.resolve("store"), limits);
    }

    private static String accounts(String a) {
        return """
        accounts {
          A { users: [{user: a, password: x}], %s }
          B { users: [{user: b, password: x}], jetstream: { max_mem: 0, max_file: 1MB } }
        }
        """
                .formatted(a);
    }

    private static String get(ServerProcess server, String path) throws Exception {
        Matcher url = URL.matcher(server.errors());
        assertThat(url.find()).isTrue();
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://" + url.group(1) + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowStreamsAndWhatTheyKeep(Mode mode) throws Exception {
        String config = jetStream("max_mem: 1MB, max_file: 2MB") + accounts("jetstream: enabled");
        try (ServerProcess server = start(mode, config);
                StreamClient client = StreamClient.login(server.port(), "a")) {
            client.create("ONE", "\"subjects\":[\"one.*\"],\"max_bytes\":100000");
            client.create("MEM", "\"subjects\":[\"mem\"],\"storage\":\"memory\"");
            for (int i = 1; i <= 3; i++) {
                assertThat(client.publish("one." + i, "hello")).contains("\"seq\":" + i);
            }
            client.publish("mem", "hello");
            assertThat(client.request("$JS.API.STREAM.MSG.DELETE.ONE", "{\"seq\":2}"))
                    .contains("\"success\":true");
            assertThat(client.request("$JS.API.STREAM.INFO.NONE", "")).contains("10059");
            String jsz = get(server, "/jsz?streams=1&config=1").replaceAll("\\s+", "");
            assertThat(jsz)
                    .contains("\"memory\":24,\"storage\":80,\"reserved_memory\":0,")
                    .contains("\"reserved_storage\":100000,\"accounts\":2,")
                    .contains("\"total\":4,\"errors\":1}")
                    .contains("\"max_memory\":1048576,\"max_storage\":2097152,")
                    .contains("\"streams\":2,\"consumers\":0,\"messages\":3,\"bytes\":104,")
                    .contains("\"name\":\"ONE\",\"created\":\"20")
                    .contains("\"messages\":2,\"bytes\":80,\"first_seq\":1,\"first_ts\":\"20")
                    .contains("\"last_seq\":3,\"last_ts\":\"20")
                    .contains("\"num_subjects\":2,\"num_deleted\":1,\"consumer_count\":0}");
            assertThat(get(server, "/healthz")).contains("\"status\":\"ok\"");
            assertThat(get(server, "/healthz?account=A&stream=TWO"))
                    .contains("JetStream stream \\\"TWO\\\" not found on account \\\"A\\\"");
            String metrics = get(server, "/metrics");
            assertThat(metrics)
                    .containsPattern("nats_stream_total_messages\\{.*stream_name=\"ONE\".*} 2\n")
                    .containsPattern("jetstream_log_sync_seconds_count\\{.*} [1-9]")
                    .containsPattern("jetstream_log_batch_records_sum\\{.*} [1-9]")
                    .containsPattern("jetstream_log_durable_bytes_total\\{.*} [1-9]");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowConsumersAndWhoDoesNotAcknowledge(Mode mode) throws Exception {
        String config = jetStream("max_mem: 1MB, max_file: 2MB") + accounts("jetstream: enabled");
        try (ServerProcess server = start(mode, config);
                StreamClient client = StreamClient.login(server.port(), "a")) {
            client.create("ONE", "\"subjects\":[\"one.*\"]");
            client.create("TWO", "\"subjects\":[\"two\"],\"storage\":\"memory\"");
            for (int i = 1; i <= 4; i++) {
                client.publish("one." + i, "hello");
            }
            consumer(client, "ONE", "slow", "\"ack_policy\":\"explicit\"");
            consumer(
                    client,
                    "ONE",
                    "later",
                    "\"ack_policy\":\"explicit\",\"pause_until\":\"2100-01-01T00:00:00Z\"");
            idle(client, "TWO", MORE_THAN_IN_ONE_GO);
            assertThat(client.fetch("ONE", "slow", 3)).containsExactly("one.1", "one.2", "one.3");

            String jsz = get(server, "/jsz?acc=A&consumers=1&config=1").replaceAll("\\s+", "");
            assertThat(jsz)
                    .contains("\"streams\":2,\"consumers\":302,", "\"consumer_count\":2}")
                    .containsPattern(
                            "consumer_detail\":\\[\\{\"stream_name\":\"ONE\",\"name\":\"slow\","
                                    + "\"created\":\"[^\"]+\",\"config\":\\{\"durable_name\":\"slow\"")
                    .contains("\"num_ack_pending\":3,\"num_redelivered\":0,\"num_waiting\":0,")
                    .containsPattern("\"num_pending\":1,\"ts\":\"20")
                    .containsPattern("\"paused\":true,\"pause_remaining\":[1-9]\\d+,");
            String two = get(server, "/jsz?acc=A&stream=TWO&consumers=1");
            assertThat(two).contains("\"streams\": 2,").doesNotContain("\"slow\"", "durable_name");
            assertThat(Pattern.compile("\"name\": \"idle(\\d+)\"").matcher(two).results())
                    .extracting(each -> Integer.parseInt(each.group(1)))
                    .isEqualTo(IntStream.rangeClosed(1, MORE_THAN_IN_ONE_GO).boxed().toList());
            assertThat(get(server, "/healthz?account=A&stream=ONE&consumer=slow"))
                    .contains("\"status\":\"ok\"");
            assertThat(get(server, "/healthz?account=A&stream=TWO&consumer=slow"))
                    .contains("consumer \\\"slow\\\" not found for stream \\\"TWO\\\" on account");

            String streamz = "/streamz?consumers=1&consumers-sort=%s&streams=1&streams-sort=%s";
            assertThat(get(server, streamz.formatted("unacked", "delivered")))
                    .contains("\"pending\": 5,", "\"ack_pending\": 3,", "\"name\": \"ONE\"")
                    .contains("\"name\": \"slow\"", "\"seq\": 1,", "\"deliveries\": 1,")
                    .doesNotContain("\"name\": \"TWO\"", "\"name\": \"later\"");
            assertThat(get(server, streamz.formatted("pending", "messages")))
                    .contains("\"name\": \"later\"", "\"pause_remaining\": ")
                    .doesNotContain("\"name\": \"slow\"");
            assertThat(get(server, "/metrics"))
                    .containsPattern(
                            "nats_consumer_num_ack_pending\\{.*consumer_name=\"slow\".*} 3\n")
                    .containsPattern("millrace_jetstream_consumers_pending\\{.*} 5\n");
        }
    }

    private static void consumer(StreamClient client, String stream, String name, String fields) {
        String subject = "$JS.API.CONSUMER.CREATE." + stream + '.' + name;
        assertThat(client.request(subject, configured(stream, name, fields)))
                .doesNotContain("\"error\"");
    }

    private static String configured(String stream, String name, String fields) {
        return "{\"stream_name\":\"%s\",\"config\":{\"durable_name\":\"%s\",%s}}"
                .formatted(stream, name, fields);
    }

    /** Makes consumers that do nothing, without waiting for each. */
    private static void idle(StreamClient client, String stream, int count) throws Exception {
        StringBuilder asked = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            String config = configured(stream, "idle" + i, "\"ack_policy\":\"none\"");
            asked.append(
                    "PUB $JS.API.CONSUMER.CREATE.%s.idle%d answer %d\r\n%s\r\n"
                            .formatted(stream, i, config.length(), config));
        }
        client.raw().send(asked.toString());
        for (int i = 1; i <= count; i++) {
            assertThat(client.answer()).doesNotContain("\"error\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldApplyOtherAmountsWithoutARestart(Mode mode) throws Exception {
        String small = accounts("jetstream: { max_mem: 1MB, max_file: 200 }");
        try (ServerProcess server = start(mode, jetStream("max_mem: 1MB, max_file: 1MB") + small);
                StreamClient client = StreamClient.login(server.port(), "a")) {
            client.create("ONE", "\"subjects\":[\"one\"]");
            assertThat(client.publish("one", "x".repeat(100))).contains("\"seq\":1");
            assertThat(client.publish("one", "x".repeat(100)))
                    .contains("\"err_code\":10002,\"description\":\"resource limits exceeded");
            String large = accounts("jetstream: { max_mem: 1MB, max_file: 1MB }");
            configure(mode, jetStream("max_mem: 1MB, max_file: 3MB") + large);
            server.signal("HUP");
            server.awaitLine("Reloaded server configuration");
            assertThat(client.publish("one", "x".repeat(100))).contains("\"seq\":2");
            assertThat(get(server, "/jsz")).contains("\"max_storage\": 3145728");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBoundBatchesAndConsumersAsConfiguredAndReloaded(Mode mode) throws Exception {
        String accounts = accounts("jetstream: enabled");
        String two =
                jetStream(
                        """
                        limits: {
                          default_max_consumers: 1, max_ack_pending: 5
                          batch: { max_msgs: 2, max_inflight_per_stream: 1 }
                        }
                        """);
        try (ServerProcess server = start(mode, two + accounts);
                StreamClient client = StreamClient.login(server.port(), "a")) {
            client.create("ONE", "\"subjects\":[\"one\"],\"allow_atomic\":true");
            assertThat(batch(client, "x", 1)).isEmpty();
            assertThat(batch(client, "y", 1)).contains("\"err_code\":10210,");
            assertThat(batch(client, "x", 2)).isEmpty();
            assertThat(batch(client, "x", 3))
                    .contains("10199,\"description\":\"atomic publish batch is too large: 2\"");
            assertThat(consumer(client, "a")).contains("\"max_ack_pending\":5,");
            assertThat(consumer(client, "b")).contains("\"err_code\":10026,");
            String three =
                    jetStream("limits: { default_max_consumers: 2, batch: { max_msgs: 3 } }");
            configure(mode, three + accounts);
            server.signal("HUP");
            server.awaitLine("Reloaded server configuration");
            for (int i = 1; i <= 3; i++) {
                assertThat(batch(client, "z", i)).isEmpty();
            }
            assertThat(batch(client, "y", 1)).isEmpty();
            assertThat(batch(client, "z", 4))
                    .contains("10199,\"description\":\"atomic publish batch is too large: 3\"");
            assertThat(consumer(client, "b")).contains("\"max_ack_pending\":1000,");
        }
    }

    private static String consumer(StreamClient client, String name) {
        return client.request(
                "$JS.API.CONSUMER.CREATE.ONE." + name,
                """
                {"stream_name":"ONE","config":{"name":"%s","ack_policy":"explicit"}}"""
                        .formatted(name));
    }

    private static String batch(StreamClient client, String id, int sequence) {
        String headers = "Nats-Batch-Id: %s\r\nNats-Batch-Sequence: %d\r\n";
        return client.publish("one", headers.formatted(id, sequence), "x");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetNoMoreRequestsWaitThanConfigured(Mode mode) throws Exception {
        int requests = 5000;
        String one =
                jetStream("request_queue_limit: 1")
                        + accounts("jetstream: enabled")
                                .replace(" B {", " SYS {users: [{user: s, password: x}]}\n B {")
                        + "system_account: SYS\n";
        try (ServerProcess server = start(mode, one);
                RawClient system = RawClient.login(server.port(), "s");
                StreamClient client = StreamClient.login(server.port(), "a")) {
            system.send("SUB $JS.EVENT.ADVISORY.> 1\r\n");
            system.fence();
            client.raw().send("PUB $JS.API.INFO answer 0\r\n\r\n".repeat(requests));
            int refused = 0;
            for (int i = 0; i < requests; i++) {
                refused += client.answer().contains("\"err_code\":10167,") ? 1 : 0;
            }
            assertThat(refused).isBetween(1, requests - 1);
            assertThat(client.request("$JS.API.INFO", "")).doesNotContain("error\":{");
            assertThat(system.line()).startsWith("MSG $JS.EVENT.ADVISORY.API.LIMIT_REACHED 1 ");
            assertThat(system.line()).contains("api_limit_reached", "\"dropped\":");
        }
    }

    /** Who asks for messages is told, too. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerRequestsForMessagesThatAreTooMany(Mode mode) throws Exception {
        int requests = 5000;
        String one = jetStream("request_queue_limit: 1") + accounts("jetstream: enabled");
        try (ServerProcess server = start(mode, one);
                StreamClient client = StreamClient.login(server.port(), "a")) {
            client.create("S", "\"subjects\":[\"s\"]");
            assertThat(
                            client.request(
                                    "$JS.API.CONSUMER.CREATE.S.C",
                                    "{\"stream_name\":\"S\",\"config\":{\"name\":\"C\","
                                            + "\"durable_name\":\"C\",\"ack_policy\":\"explicit\"}}"))
                    .doesNotContain("error\":{");
            String request = "PUB $JS.API.CONSUMER.MSG.NEXT.S.C answer 16\r\n";
            client.raw().send((request + "{\"no_wait\":true}\r\n").repeat(requests));
            int refused = 0;
            for (int i = 0; i < requests; i++) {
                String answer = client.answer();
                refused += answer.startsWith("NATS/1.0 409 Exceeded MaxWaiting") ? 1 : 0;
            }
            assertThat(refused).isBetween(1, requests - 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepTheStreamsOfAnAccountThatMayNotUseItForAWhile(Mode mode) throws Exception {
        String jetStream = jetStream("max_file: 1MB");
        String with = jetStream + accounts("jetstream: enabled");
        try (ServerProcess server = start(mode, with);
                StreamClient client = StreamClient.login(server.port(), "a")) {
            client.create("ONE", "\"subjects\":[\"one\"]");
            assertThat(client.publish("one", "1")).contains("\"seq\":1");
            configure(mode, jetStream + accounts("jetstream: disabled"));
            server.signal("HUP");
            server.awaitLine("Reloaded server configuration");
            assertThat(client.publish("one", "2")).startsWith("NATS/1.0 503");
            assertThat(get(server, "/jsz")).contains("\"accounts\": 1,");
            configure(mode, with + "max_payload: 1000\n");
            server.signal("HUP");
            server.awaitLine("Reloaded: max_payload");
            Modes.await(
                    "the stream is back", () -> client.publish("one", "2").contains("\"seq\":2"));
        }
    }
}
