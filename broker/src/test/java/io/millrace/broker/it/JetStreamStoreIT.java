package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whose store a folder is, and what a server says that mustn't or can't have it. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class JetStreamStoreIT {
    @TempDir private Path folder;

    /** Starts a server that stores in this folder, and isn't to come up for this reason. */
    private void expectRefusal(Path store, String why) throws Exception {
        try (ServerProcess server =
                new ServerProcess(
                        folder, "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", store.toString())) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.errors().lines().filter(line -> line.contains("[FTL]")))
                    .singleElement()
                    .asString()
                    .endsWith("[FTL] Can't start JetStream: " + why);
        }
    }

    private Path store() throws IOException {
        return folder.toRealPath().resolve("store");
    }

    private Path identity() throws IOException {
        Path made = Files.createDirectories(store().resolve("jetstream"));
        return made.resolve("store.json");
    }

    @Test
    void shouldRefuseAStoreOfAnotherProcess() throws Exception {
        String store = store().toString();
        try (ServerProcess first = ServerProcess.ready(folder, "-js", "-sd", store);
                StreamClient client = StreamClient.connect(first.port())) {
            client.create("ONE", "\"subjects\":[\"one\"]");
            expectRefusal(
                    store(),
                    "store directory "
                            + store().resolve("jetstream")
                            + " is in use by another process: stop it, or set store_dir to another"
                            + " directory");
            assertThat(client.publish("one", "1")).contains("\"seq\":1");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseAStoreOfAnotherServerOfTheSameProcess(Mode mode) throws Exception {
        String store = store().toString();
        try (NatsServer first = Modes.start(mode, o -> o.jetStream(true).storeDir(store));
                StreamClient client = StreamClient.connect(first.port())) {
            assertThatThrownBy(
                            () -> Modes.start(mode, o -> o.jetStream(true).storeDir(store)).close())
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "Can't start JetStream: store directory "
                                    + store().resolve("jetstream")
                                    + " is in use by another server of this process: set store_dir"
                                    + " of one of them to another directory");
            client.create("ONE", "\"subjects\":[\"one\"]");
        }
        // Free again.
        Modes.start(mode, o -> o.jetStream(true).storeDir(store)).close();
    }

    @Test
    void shouldRefuseAnotherFormat() throws Exception {
        Files.writeString(identity(), "{\"format\": \"other\", \"version\": 1, \"x\": 1}");
        expectRefusal(
                store(),
                "store directory "
                        + store().resolve("jetstream")
                        + " is of another format than this server's: set store_dir to another"
                        + " directory");
    }

    @Test
    void shouldRefuseANewerVersion() throws Exception {
        Files.writeString(identity(), "{\"format\": \"millrace\", \"version\": 99, \"x\": 1}");
        expectRefusal(
                store(),
                "store directory "
                        + store().resolve("jetstream")
                        + " is of version 99, which a newer server wrote: use that one, or set"
                        + " store_dir to another directory");
    }

    @Test
    void shouldRefuseTheStreamsOfANatsServer() throws Exception {
        Path streams = store().resolve("jetstream").resolve("$G").resolve("streams");
        Files.createDirectories(streams.resolve("ORDERS").resolve("msgs"));
        expectRefusal(
                store(),
                "store directory "
                        + store().resolve("jetstream")
                        + " holds the streams of a nats-server, which has another format: set"
                        + " store_dir to another directory, and copy streams with \"nats stream"
                        + " backup\" and \"nats stream restore\"");
    }

    @Test
    void shouldRefuseSomebodyElsesFiles() throws Exception {
        Path other = Files.createDirectories(store().resolve("jetstream")).resolve("letters.txt");
        Files.writeString(other, "dear");
        expectRefusal(
                store(),
                "store directory "
                        + store().resolve("jetstream")
                        + " isn't empty, and no store of this server: it has no store.json, but"
                        + " letters.txt; set store_dir to a directory of its own");
        assertThat(other.getParent()).isDirectoryContaining("glob:**letters.txt");
        assertThat(Files.list(other.getParent())).hasSize(1);
    }

    @Test
    void shouldRefuseAFileInPlaceOfTheFolder() throws Exception {
        Files.writeString(store(), "a file");
        expectRefusal(
                store(),
                store()
                        + " is a file, no directory: move it away, or set store_dir to another"
                        + " directory");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldRefuseWhereNothingCanBeMade() throws Exception {
        // Nobody can make a file there, whoever runs the test.
        expectRefusal(
                Path.of("/proc/millrace"),
                "store directory /proc/millrace/jetstream can't be made there: set store_dir to"
                        + " another directory");
    }
}
