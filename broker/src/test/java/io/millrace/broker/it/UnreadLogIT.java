package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server whose log is a pipe that nobody reads goes on as if nothing were wrong. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class UnreadLogIT {
    /** More than the pipe holds, and the queue in front of it. */
    private static final int FLOOD = 30_000;

    private static final Pattern NATS = Pattern.compile("\"nats://127\\.0\\.0\\.1:(\\d+)\"");
    private static final Pattern HTTP = Pattern.compile("\"(http://127\\.0\\.0\\.1:\\d+)\"");

    @TempDir private Path folder;

    private static String lower(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** Starts a server that traces, and floods its log. */
    private ServerProcess flooded(Mode mode, Path config) throws IOException {
        Path ports = Files.createDirectory(folder.resolve("ports"));
        Files.writeString(config, "max_payload: 1000\n");
        ServerProcess server =
                ServerProcess.unread(
                        folder,
                        "-a",
                        "127.0.0.1",
                        "-p",
                        "-1",
                        "-m",
                        "-1",
                        "-DV",
                        "-c",
                        config.toString(),
                        "--threading",
                        lower(mode),
                        "--ports_file_dir",
                        ports.toString());
        Modes.await("the ports file", () -> !ports().isEmpty());
        try (RawClient client = RawClient.connected(port())) {
            client.send("PUB nobody.listens 5\r\nhello\r\n".repeat(FLOOD));
            client.fence();
        }
        return server;
    }

    /** What the ports file says; nothing while there is none. */
    private String ports() {
        try (Stream<Path> files = Files.list(folder.resolve("ports"))) {
            // What is written first has another name.
            Path file =
                    files.filter(each -> each.toString().endsWith(".ports"))
                            .findFirst()
                            .orElse(null);
            return file == null ? "" : Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String found(Pattern pattern) {
        Matcher matcher = pattern.matcher(ports());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private int port() {
        return Integer.parseInt(found(NATS));
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(found(HTTP) + path))
                                    .timeout(Duration.ofSeconds(60))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRouteAcceptAnswerAndEndWhileNobodyReadsTheLog(Mode mode) throws Exception {
        try (ServerProcess server = flooded(mode, folder.resolve("c.conf"))) {
            try (RawClient subscriber = RawClient.connected(port());
                    RawClient publisher = RawClient.connected(port())) {
                subscriber.send("SUB a 1\r\n");
                subscriber.fence();
                publisher.send("PUB a 2\r\nhi\r\n");
                assertThat(subscriber.lineAfterPing()).isEqualTo("MSG a 1 2\r\n");
                assertThat(get("/varz")).contains("\"in_msgs\": " + (FLOOD + 1));
            }
            assertThat(get("/metrics"))
                    .containsPattern("millrace_log_lines_dropped_total\\{[^}]*} [1-9]");
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldWriteToAnotherLogWhatNobodyReadHere(Mode mode) throws Exception {
        Path config = folder.resolve("c.conf");
        Path log = folder.resolve("server.log");
        try (ServerProcess server = flooded(mode, config);
                RawClient client = RawClient.connected(port())) {
            Files.writeString(config, "max_payload: 1000\nlog_file: '" + log + "'\n");
            server.signal("HUP");
            Modes.await(
                    "the new log",
                    () -> {
                        try {
                            return Files.exists(log)
                                    && Files.readString(log).contains("Reloaded server config");
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            client.fence();
            assertThat(Files.readString(log))
                    .contains("[TRC] ", "<<- [PUB nobody.listens 5]")
                    .containsPattern(
                            "\\[WRN] \\d+ log lines dropped: the log did not take them in time");
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
            assertThat(Files.readString(log)).endsWith("[INF] Server Exiting..\n");
        }
    }
}
