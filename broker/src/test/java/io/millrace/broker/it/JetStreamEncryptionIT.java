package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A store that only its key opens. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class JetStreamEncryptionIT {
    private static final int MESSAGES = 5_000;

    @TempDir private Path folder;

    private Path config(String encryption) throws Exception {
        return Files.writeString(
                folder.resolve("c.conf"),
                "jetstream { store_dir: '%s', %s }\n"
                        .formatted(folder.resolve("store"), encryption));
    }

    private ServerProcess start(String encryption) throws Exception {
        return ServerProcess.ready(folder, "-c", config(encryption).toString());
    }

    private void fill(StreamClient client) throws Exception {
        client.create(
                "HIDDENSTREAM",
                "\"subjects\":[\"hidden.>\"],\"allow_direct\":true,\"description\":\"HIDDENWORDS\"");
        client.create(
                "HIDDENPACKED",
                "\"subjects\":[\"packed.>\"],\"allow_direct\":true,\"compression\":\"s2\"");
        assertThat(
                        client.request(
                                "$JS.API.CONSUMER.CREATE.HIDDENSTREAM.HIDDENCONSUMER",
                                "{\"stream_name\":\"HIDDENSTREAM\",\"config\":{\"durable_name\":"
                                        + "\"HIDDENCONSUMER\",\"ack_policy\":\"explicit\"}}"))
                .contains("HIDDENCONSUMER");
        for (int i = 1; i < MESSAGES; i++) {
            client.raw().send("PUB packed.HIDDENSUBJECT 16\r\nHIDDENPAYLOAD...\r\n");
        }
        assertThat(client.publish("packed.HIDDENSUBJECT", "last")).contains("\"seq\":" + MESSAGES);
        assertThat(
                        client.publish(
                                "hidden.HIDDENSUBJECT", "Head: HIDDENHEADER\r\n", "HIDDENPAYLOAD"))
                .contains("\"seq\":1");
    }

    private void expectAll(ServerProcess server) throws Exception {
        try (StreamClient client = StreamClient.connect(server.port())) {
            assertThat(client.request("$JS.API.STREAM.INFO.HIDDENPACKED", ""))
                    .contains("\"messages\":" + MESSAGES);
            for (int sequence : new int[] {1, 2, MESSAGES / 2, MESSAGES - 1}) {
                assertThat(
                                client.request(
                                        "$JS.API.DIRECT.GET.HIDDENPACKED",
                                        "{\"seq\":" + sequence + "}"))
                        .contains("HIDDENPAYLOAD...");
            }
            assertThat(client.request("$JS.API.DIRECT.GET.HIDDENSTREAM", "{\"seq\":1}"))
                    .contains("HIDDENHEADER", "HIDDENPAYLOAD", "hidden.HIDDENSUBJECT");
            assertThat(client.request("$JS.API.CONSUMER.INFO.HIDDENSTREAM.HIDDENCONSUMER", ""))
                    .contains("\"num_pending\":1");
        }
    }

    private void expectNothingReadable() throws Exception {
        try (Stream<Path> paths = Files.walk(folder.resolve("store"))) {
            for (Path each : paths.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(each, StandardCharsets.ISO_8859_1);
                assertThat(content.contains("HIDDEN")).as("%s", each).isFalse();
                assertThat(content.contains("s3cret")).as("%s", each).isFalse();
            }
        }
    }

    private void expectRefusal(String encryption, String words) throws Exception {
        try (ServerProcess server =
                new ServerProcess(
                        folder,
                        "-a",
                        "127.0.0.1",
                        "-p",
                        "-1",
                        "-c",
                        config(encryption).toString())) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.errors())
                    .contains(words)
                    .doesNotContain("s3cret")
                    .doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @CsvSource({"chacha,ChaCha20-Poly1305", "aes,AES-GCM"})
    void shouldOutlastAKillAndOpenWithItsKeyAlone(String cipher, String title) throws Exception {
        String key = "key: s3cret, cipher: " + cipher;
        try (ServerProcess server = start(key)) {
            try (StreamClient client = StreamClient.connect(server.port())) {
                fill(client);
            }
            expectNothingReadable();
            server.signal("KILL");
            server.awaitExit();
        }
        expectNothingReadable();
        expectRefusal("key: other", "is encrypted with another key");
        expectRefusal("max_mem: 1G", "is encrypted, and no key is configured");
        try (ServerProcess server = start(key)) {
            assertThat(server.errors())
                    .contains("[INF]   Encryption:      " + title)
                    .doesNotContain("damage", "forged", "s3cret");
            expectAll(server);
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
        }
        expectNothingReadable();
        try (ServerProcess server = start("key: s3cret2, prev_key: s3cret")) {
            assertThat(server.errors()).contains(title).doesNotContain("s3cret", "[WRN]   ");
            expectAll(server);
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
        }
        expectRefusal(key, "is encrypted with another key");
        try (ServerProcess server = start("key: s3cret2")) {
            expectAll(server);
        }
    }

    private ServerProcess withVariable(String value, String... arguments) throws Exception {
        return new ServerProcess(
                ServerProcess.LAUNCHER, Map.of("JS_KEY", value), folder, arguments);
    }

    private static String get(String url) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** The key is in the environment; neither a reload nor anybody who looks gets to it. */
    @Test
    void shouldKeepItsKeyToItself() throws Exception {
        String fromOutside = "key: $JS_KEY, cipher: aes";
        String[] arguments = {
            "-DV", "-a", "127.0.0.1", "-p", "-1", "-m", "-1", "-c", config(fromOutside).toString()
        };
        for (String empty : new String[] {"", "\"\""}) {
            try (ServerProcess server = withVariable(empty, arguments)) {
                assertThat(server.awaitExit()).as(server.errors()).isEqualTo(1);
                assertThat(server.errors())
                        .contains("key is empty, since the variable $JS_KEY is")
                        .doesNotContain("Exception");
                assertThat(folder.resolve("store")).doesNotExist();
            }
        }
        try (ServerProcess server = withVariable("s3cret", "-t", "-c", arguments[8])) {
            assertThat(server.awaitExit()).isZero();
        }
        try (ServerProcess server = withVariable("s3cret", arguments)) {
            server.awaitLine("Server is ready");
            try (StreamClient client = StreamClient.connect(server.port())) {
                client.create("S", "\"subjects\":[\"s\"]");
            }
            config("key: s3cret2, prev_key: s3cret, cipher: chacha");
            server.signal("HUP");
            String unsupported = "config reload not supported for jetstream ";
            server.awaitLine(unsupported + "key; it needs a restart");
            server.awaitLine(unsupported + "prev_key; it needs a restart");
            server.awaitLine(unsupported + "cipher: old=AES, new=CHACHA");
            server.awaitLine("Reloaded server configuration");
            Matcher monitor =
                    Pattern.compile("monitor on (127\\.0\\.0\\.1:\\d+)").matcher(server.errors());
            assertThat(monitor.find()).isTrue();
            for (String path :
                    List.of("varz", "jsz?config=1&streams=1&accounts=1", "connz", "metrics", "")) {
                assertThat(get("http://" + monitor.group(1) + '/' + path))
                        .as(path)
                        .isNotEmpty()
                        .doesNotContain("s3cret");
            }
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
            assertThat(server.errors()).contains("[DBG]", "[TRC]");
        }
        // The reload has changed nothing.
        config(fromOutside);
        try (ServerProcess server = withVariable("s3cret", arguments)) {
            server.awaitLine("[INF]   Encryption:      AES-GCM");
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each)).as("%s", each).doesNotContain("s3cret");
            }
        }
    }
}
