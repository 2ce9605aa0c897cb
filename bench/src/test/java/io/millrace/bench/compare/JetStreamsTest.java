package io.millrace.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.bench.load.Outcome;
import io.millrace.bench.load.StagedLoad;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every scenario of streams and consumers runs once on a nats-server, with few messages: loads
 * check by themselves what is acknowledged or delivered.
 */
@Timeout(300)
class JetStreamsTest {
    private static final String COMMAND = "nats-server -a 127.0.0.1 -p {port} -c ";
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir private Path folder;
    private Path stores = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        // Folders for temporary files may be in memory, where streams to measure may not be.
        Path target = Path.of(System.getProperty("basedir", ""), "target");
        stores = Files.createTempDirectory(Files.createDirectories(target), "stores");
    }

    @AfterEach
    void removeFolder() throws IOException {
        Files.delete(stores);
    }

    @Test
    void shouldRunEveryScenario() throws Exception {
        try (Servers server = started(Options.CONFIG)) {
            List<Scenario> all = new ArrayList<>(JetStreams.scenarios(500, 2_000));
            all.addAll(new Consumers(1_000, 1_000, 8).scenarios());
            for (Scenario scenario : all) {
                Outcome outcome = scenario.run(server, SHORT);
                assertThat(outcome.messages()).as(scenario.name()).isPositive();
            }
        }
    }

    @Test
    void shouldRemoveWhatAServerKept() throws Exception {
        try (Servers server = started(Options.SYNCED)) {
            JetStreams.scenarios().getFirst().run(server, SHORT);
            assertThat(foldersOfStores()).isEqualTo(1);
        }
        assertThat(foldersOfStores()).isZero();
    }

    @Test
    void shouldFailLoudlyWithoutStreams() throws Exception {
        assumeTrue(isOnPath(), "there is no nats-server on the PATH");
        try (Servers server =
                Servers.alone("nats-server -a 127.0.0.1 -p {port}", folder.resolve("log"))) {
            for (Scenario scenario : JetStreams.scenarios(500, 2_000)) {
                if (scenario.load() instanceof StagedLoad) {
                    assertThatThrownBy(() -> scenario.run(server, SHORT))
                            .as(scenario.name())
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    private Servers started(String config) throws IOException {
        assumeTrue(isOnPath(), "there is no nats-server on the PATH");
        return Servers.storing(COMMAND + config, folder, stores, folder.resolve("log"));
    }

    private static boolean isOnPath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(entry -> new File(entry, "nats-server").canExecute());
    }

    private long foldersOfStores() throws IOException {
        try (Stream<Path> all = Files.list(stores)) {
            return all.count();
        }
    }
}
