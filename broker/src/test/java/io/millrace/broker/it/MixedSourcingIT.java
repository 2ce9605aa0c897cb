package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.testing.FreePort;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Streams that copy one of a nats-server in another domain, over a leaf node: a mirror, a source,
 * and one that uses a consumer that is there.
 */
@Tag("thorough")
class MixedSourcingIT {
    private static final String EXTERNAL =
            "\"external\":{\"api\":\"$JS.hub.API\",\"deliver\":\"\"}";
    private static final Pattern STATE = Pattern.compile("\"state\":\\{.*?\"consumer_count\"");
    private static final Pattern HEADERS = Pattern.compile("\"hdrs\":\"([^\"]*)\"");
    private static final Pattern IDENTITY = Pattern.compile(" \\w{8}\r\n\r\n$");

    @TempDir private Path folder;

    private int hub;
    private int leaf;
    private Path hubConfig;
    private Path leafConfig;
    private Path natsServer;

    @BeforeEach
    void prepare() throws Exception {
        Optional<Path> found = Member.natsServer();
        assumeTrue(found.isPresent(), "there is no nats-server on the PATH");
        natsServer = found.get();
        hub = FreePort.any();
        leaf = FreePort.any();
        int leafs = FreePort.any();
        hubConfig = config("hub", hub, "leafnodes { listen: \"127.0.0.1:" + leafs + "\" }");
        leafConfig =
                config(
                        "leaf",
                        leaf,
                        "leafnodes { reconnect: \"100ms\", remotes: [{ url: \"nats-leaf://127.0.0.1:"
                                + leafs
                                + "\" }] }");
    }

    private Path config(String name, int port, String more) throws Exception {
        String text =
                """
                listen: "127.0.0.1:%d"
                server_name: %s
                jetstream { store_dir: "%s", domain: %s }
                %s
                """;
        return Files.writeString(
                folder.resolve(name + ".conf"),
                text.formatted(port, name, folder.resolve(name), name, more));
    }

    private ServerProcess startHub() throws Exception {
        ServerProcess process =
                new ServerProcess(natsServer, Map.of(), folder, "-c", hubConfig.toString());
        MixedLeafIT.awaitUp(hub);
        return process;
    }

    private ServerProcess startLeaf() throws Exception {
        ServerProcess process =
                new ServerProcess(
                        ServerProcess.LAUNCHER, Map.of(), folder, "-c", leafConfig.toString());
        MixedLeafIT.awaitUp(leaf);
        return process;
    }

    @Test
    void shouldCopyAStreamOfAnotherDomain() throws Exception {
        try (ServerProcess _ = startHub();
                StreamClient origin = StreamClient.connect(hub)) {
            origin.create("O", "\"subjects\":[\"o.>\"]");
            publish(origin, 1, 300);
            origin.request("$JS.API.STREAM.PURGE.O", "{\"seq\":11}");
            origin.request("$JS.API.STREAM.MSG.DELETE.O", "{\"seq\":20}");
            String durable =
                    "{\"stream_name\":\"O\",\"config\":{\"durable_name\":\"D\","
                            + "\"deliver_subject\":\"to.d\",\"ack_policy\":\"flow_control\","
                            + "\"max_ack_pending\":100,\"flow_control\":true,\"sourcing\":true,"
                            + "\"idle_heartbeat\":1000000000,\"deliver_policy\":\"all\"}}";
            assertThat(origin.request("$JS.API.CONSUMER.DURABLE.CREATE.O.D", durable))
                    .doesNotContain("\"error\"");
            try (ServerProcess _ = startLeaf();
                    StreamClient copies = StreamClient.connect(leaf, "answer.leaf")) {
                copies.create(
                        "M", "\"mirror_direct\":true,\"mirror\":{\"name\":\"O\"," + EXTERNAL + '}');
                copies.create(
                        "S",
                        "\"sources\":[{\"name\":\"O\",\"subject_transforms\":[{\"src\":\"o.*\","
                                + "\"dest\":\"copy.$1\"}],"
                                + EXTERNAL
                                + "}]");
                copies.create(
                        "D",
                        "\"sources\":[{\"name\":\"O\","
                                + EXTERNAL
                                + ",\"consumer\":{\"name\":\"D\",\"deliver_subject\":\"to.d\"}}]");
                await(copies, "M", 289, 300);
                await(copies, "S", 289, 289);
                await(copies, "D", 289, 289);
                assertThat(copies.request("$JS.API.DIRECT.GET.O", "{\"seq\":21}"))
                        .contains("Nats-Stream: M\r\n", "Nats-Sequence: 21\r\n");
                assertThat(message(copies, "M", 21)).isEqualTo(message(origin, "O", 21));
                assertThat(state(copies, "M")).isEqualTo(state(origin, "O"));
                assertThat(copies.request("$JS.API.STREAM.INFO.M", ""))
                        .contains(
                                "\"mirror\":{\"name\":\"O\","
                                        + EXTERNAL
                                        + ",\"lag\":0,\"active\":");
            }
            publish(origin, 301, 400);
            // It was killed.
            try (ServerProcess _ = startLeaf();
                    StreamClient copies = StreamClient.connect(leaf, "answer.leaf")) {
                await(copies, "M", 389, 400);
                await(copies, "S", 389, 389);
                await(copies, "D", 389, 389);
                assertThat(state(copies, "M")).isEqualTo(state(origin, "O"));
                assertThat(message(copies, "S", 389)).contains("\"subject\":\"copy.400\"");
                assertThat(header(copies, "S", 389))
                        .startsWith("NATS/1.0\r\nN: 400\r\nNats-Stream-Source: O:bTMUkJQk 400 ")
                        .contains(" o.* copy.$1 o.400 ")
                        .containsPattern(IDENTITY);
                assertThat(origin.request("$JS.API.CONSUMER.INFO.O.D", ""))
                        .contains("\"ack_floor\":{\"consumer_seq\":");
                promote(copies);
            }
        }
    }

    private static void promote(StreamClient copies) {
        assertThat(
                        copies.request(
                                "$JS.API.STREAM.UPDATE.M",
                                "{\"name\":\"M\",\"subjects\":[\"o.>\"]}"))
                .doesNotContain("\"error\"")
                .doesNotContain("\"mirror\":");
        assertThat(copies.publish("o.new", "x")).contains("\"seq\":401");
    }

    private static void publish(StreamClient origin, int first, int last) {
        for (int i = first; i <= last; i++) {
            assertThat(origin.publish("o." + i, "N: " + i + "\r\n", "p" + i))
                    .contains("\"seq\":" + i);
        }
    }

    private static void await(StreamClient client, String stream, long messages, long last) {
        Modes.await(
                stream + " has " + messages + " messages",
                () -> {
                    String state = state(client, stream);
                    return state.contains("\"messages\":" + messages + ",")
                            && state.contains("\"last_seq\":" + last + ",");
                });
    }

    private static String state(StreamClient client, String stream) {
        Matcher found = STATE.matcher(client.request("$JS.API.STREAM.INFO." + stream, ""));
        return found.find() ? found.group() : "";
    }

    private static String message(StreamClient client, String stream, long sequence) {
        return client.request("$JS.API.STREAM.MSG.GET." + stream, "{\"seq\":" + sequence + '}');
    }

    private static String header(StreamClient client, String stream, long sequence) {
        Matcher found = HEADERS.matcher(message(client, stream, sequence));
        assertThat(found.find()).isTrue();
        return new String(Base64.getDecoder().decode(found.group(1)), StandardCharsets.UTF_8);
    }
}
