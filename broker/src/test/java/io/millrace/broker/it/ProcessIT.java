package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** The server as a process: what supervisors, harnesses and operators do to it. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class ProcessIT {
    @TempDir private Path folder;

    @Test
    void shouldWriteTheLinesThatToolsWaitFor() throws Exception {
        try (ServerProcess server = ServerProcess.ready(folder, "-n", "mill-1")) {
            String start = "(?m)^\\[" + server.pid() + "] \\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:";
            start += "\\d\\d\\.\\d{6} \\[INF] ";
            assertThat(server.errors())
                    .containsPattern(start + "Starting Millrace, a nats-server for the JVM$")
                    .containsPattern(start + "  Name:     mill-1$")
                    .containsPattern(start + "Server id is N[A-Z2-7]{55}$")
                    .containsPattern(start + "Listening for client connections on 127.0.0.1:\\d+$")
                    .containsPattern(start + "Server is ready$");
        }
    }

    @Test
    void shouldSayWhichConfigurationItRunsWith() throws Exception {
        Path config = Files.writeString(folder.resolve("c.conf"), "max_payload: 100\n");
        try (ServerProcess server = ServerProcess.ready(folder, "-c", config.toString())) {
            assertThat(server.errors())
                    .containsPattern(
                            Pattern.quote("[INF] Using configuration file: " + config)
                                    + " \\(sha256:[0-9a-f]{64}\\)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void shouldCloseClientsAndEndWithZero(String signal) throws Exception {
        try (ServerProcess server = ServerProcess.ready(folder);
                RawClient client = RawClient.connected(server.port())) {
            server.signal(signal);
            client.expectClosed();
            assertThat(server.awaitExit()).isZero();
            assertThat(server.errors())
                    .contains("[INF] Initiating Shutdown...", "[INF] Server Exiting..");
        }
    }

    @Test
    void shouldStartAgainOnTheSamePortRightAfterAKill() throws Exception {
        int port;
        try (ServerProcess server = ServerProcess.ready(folder);
                RawClient client = RawClient.connected(server.port())) {
            port = server.port();
            server.signal("KILL");
            server.awaitExit();
            client.expectClosed();
        }
        try (ServerProcess again = ServerProcess.ready(folder, "-p", "" + port);
                RawClient client = RawClient.connected(again.port())) {
            client.fence();
        }
    }

    @Test
    void shouldReopenItsLog() throws Exception {
        Path log = folder.resolve("server.log");
        try (ServerProcess server =
                new ServerProcess(folder, "-a", "127.0.0.1", "-p", "-1", "-l", log.toString())) {
            awaitText(log, "Server is ready");
            Files.move(log, folder.resolve("moved.log"));
            server.signal("USR1");
            awaitText(log, "[INF] File log re-opened");
            assertThat(server.errors()).isEmpty();
        }
    }

    @Test
    void shouldLetClientsGoAndEndInLameDuckMode() throws Exception {
        Path config = folder.resolve("ldm.conf");
        Files.writeString(config, "lame_duck_grace_period: \"100ms\"\n");
        try (ServerProcess server = ServerProcess.ready(folder, "-c", config.toString());
                RawClient client = new RawClient(server.port())) {
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            client.expect("PONG\r\n");
            client.line();
            server.signal("USR2");
            assertThat(client.line()).startsWith("INFO {").contains("\"ldm\":true");
            client.expectClosed();
            assertThat(server.awaitExit()).isZero();
            server.awaitLine("[INF] Entering lame duck mode, stop accepting new clients");
        }
    }

    @Test
    void shouldReloadItsConfigurationAndSayWhatChanged() throws Exception {
        Path config = folder.resolve("c.conf");
        Path pid = folder.resolve("later.pid");
        Files.writeString(config, "max_payload: 100\nserver_name: one\n");
        try (ServerProcess server = ServerProcess.ready(folder, "-c", config.toString(), "-D");
                RawClient client = RawClient.connected(server.port())) {
            Files.writeString(
                    config,
                    "max_payload: 10\nserver_name: two\ndebug: false\npid_file: '" + pid + "'\n");
            server.signal("HUP");
            server.awaitLine("[INF] Trapped \"hangup\" signal");
            server.awaitLine("[INF] Reloaded: max_payload = 10\n");
            server.awaitLine(
                    "[WRN] config reload not supported for server_name: old=one, new=two; it needs"
                            + " a restart");
            server.awaitLine("[INF] Reloaded server configuration (sha256:");
            // The command line wins over the file, as at the start.
            assertThat(server.errors()).doesNotContain("Reloaded: debug");
            Modes.await("pid file", () -> Files.exists(pid));
            assertThat(Files.readString(pid)).isEqualTo("" + server.pid());
            client.send("PUB a 11\r\n");
            client.expect("-ERR 'Maximum Payload Violation'\r\n");
        }
    }

    @Test
    void shouldKeepTheOldConfigurationWhenTheNewOneIsBroken() throws Exception {
        Path config = folder.resolve("c.conf");
        Files.writeString(config, "max_payload: 100\n");
        try (ServerProcess server = ServerProcess.ready(folder, "-c", config.toString());
                RawClient client = RawClient.connected(server.port())) {
            Files.writeString(config, "max_payload: 10\nmax_conn: {}\nport: x\n");
            server.signal("HUP");
            String failed = "[ERR] Failed to reload server configuration: ";
            server.awaitLine(
                    failed
                            + "nats-server: "
                            + config
                            + ":2:1: max_conn must be a whole number, but is a map");
            server.awaitLine(failed + config + ":3:1: port must be a whole number");
            client.send("PUB a 11\r\n12345678901\r\n");
            client.fence();
        }
    }

    @Test
    void shouldChangeNothingWhenOneChangeNeedsARestartAndItIsToldToBeStrict() throws Exception {
        Path config = folder.resolve("c.conf");
        Files.writeString(config, "max_payload: 100\nserver_name: one\n");
        try (ServerProcess server =
                        ServerProcess.ready(folder, "-c", config.toString(), "--strict-reload");
                RawClient client = RawClient.connected(server.port())) {
            Files.writeString(config, "max_payload: 10\nserver_name: two\n");
            server.signal("HUP");
            server.awaitLine(
                    "[ERR] Failed to reload server configuration: config reload not supported for"
                            + " server_name: old=one, new=two");
            client.send("PUB a 11\r\n12345678901\r\n");
            client.fence();
        }
    }

    @Test
    void shouldHaveNothingToReloadWithoutAFile() throws Exception {
        try (ServerProcess server = ServerProcess.ready(folder);
                RawClient client = RawClient.connected(server.port())) {
            server.signal("HUP");
            server.awaitLine(
                    "[ERR] Failed to reload server configuration: can only reload config when a"
                            + " file is provided using -c or --config");
            client.fence();
        }
    }

    @ParameterizedTest
    @CsvSource({"quit, 0", "term, 0", "stop, 137"})
    void shouldSignalTheServerOfAPidFile(String command, int status) throws Exception {
        Path pidFile = folder.resolve("server.pid");
        try (ServerProcess server = ServerProcess.ready(folder, "-P", pidFile.toString())) {
            assertThat(Files.readString(pidFile)).isEqualTo("" + server.pid());
            try (ServerProcess signal =
                    new ServerProcess(folder, "--signal", command + "=" + pidFile)) {
                assertThat(signal.awaitExit()).isZero();
            }
            assertThat(server.awaitExit()).isEqualTo(status);
        }
    }

    @Test
    void shouldKeepAPortsFileWhileItRuns() throws Exception {
        Path ports = Files.createDirectory(folder.resolve("ports"));
        try (ServerProcess server =
                ServerProcess.ready(folder, "--ports_file_dir", ports.toString())) {
            Path file = ports.resolve("millrace_" + server.pid() + ".ports");
            Modes.await("the ports file is there", () -> Files.exists(file));
            assertThat(Files.readString(file))
                    .isEqualTo("{\"nats\":[\"nats://127.0.0.1:" + server.port() + "\"]}");
            server.signal("TERM");
            server.awaitExit();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void shouldSayInOneLineThatThePortIsInUse() throws Exception {
        try (ServerProcess first = ServerProcess.ready(folder);
                ServerProcess second =
                        new ServerProcess(folder, "-a", "127.0.0.1", "-p", "" + first.port())) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.errors().lines().filter(line -> line.contains("[FTL]")))
                    .singleElement()
                    .asString()
                    .endsWith(
                            "[FTL] Error listening on port: 127.0.0.1:%d, \"listen tcp 127.0.0.1:%d: bind: address already in use\""
                                    .formatted(first.port(), first.port()));
            try (RawClient client = RawClient.connected(first.port())) {
                client.fence();
            }
        }
    }

    @Test
    void shouldSayInOneLineThatThePortForRoutesIsInUse() throws Exception {
        try (ServerProcess first = ServerProcess.ready(folder);
                ServerProcess second =
                        new ServerProcess(
                                folder,
                                "-a",
                                "127.0.0.1",
                                "-p",
                                "-1",
                                "--cluster",
                                "nats://127.0.0.1:" + first.port())) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.errors().lines().filter(line -> line.contains("[FTL]")))
                    .singleElement()
                    .asString()
                    .endsWith(
                            "[FTL] Error listening on router port: %d - listen tcp 127.0.0.1:%d: bind: address already in use"
                                    .formatted(first.port(), first.port()));
        }
    }

    @Test
    void shouldSayInOneLineThatNothingCanBeStored() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Files.createDirectory(folder.resolve("store"));
        Files.createFile(folder.resolve("store").resolve("jetstream"));
        Map<Path, String> lines =
                Map.of(
                        folder.resolve("store"),
                        folder.resolve("store").resolve("jetstream")
                                + " is a file, no directory: move it away, or set store_dir to"
                                + " another directory",
                        file,
                        file
                                + " is a file, no directory: move it away, or set store_dir to"
                                + " another directory");
        for (Map.Entry<Path, String> each : lines.entrySet()) {
            String store = each.getKey().toString();
            try (ServerProcess server =
                    new ServerProcess(folder, "-p", "-1", "-js", "-sd", store)) {
                assertThat(server.awaitExit()).isEqualTo(1);
                assertThat(server.errors().lines().filter(line -> line.contains("[FTL]")))
                        .singleElement()
                        .asString()
                        .endsWith("[FTL] Can't start JetStream: " + each.getValue());
            }
        }
    }

    @Test
    void shouldListAllErrorsOfAConfigurationAndNotStart() throws Exception {
        Path config = folder.resolve("bad.conf");
        Files.writeString(config, "port: 4222\nnope: 1\nmax_payload: [1]\n");
        try (ServerProcess server = new ServerProcess(folder, "-c", config.toString())) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.errors())
                    .startsWith("nats-server: ")
                    .contains(config + ":2:1: unknown field \"nope\"", config + ":3:1: max_payload")
                    .doesNotContain("Server is ready");
        }
    }

    private static void awaitText(Path file, String text) {
        Modes.await(
                file + " with: " + text,
                () -> {
                    try {
                        return Files.exists(file) && Files.readString(file).contains(text);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
