package io.millrace.broker.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;

class StoreDirectoryTest {
    private static final Instant NOW = Instant.parse("2026-11-26T22:10:00Z");

    @TempDir Path root;
    private Path store = Path.of("");

    @BeforeEach
    void place() throws IOException {
        root = root.toRealPath();
        store = root.resolve("deep/store");
    }

    private StoreDirectory open() throws StoreRefusedException {
        return StoreDirectory.open(store, InstantSource.fixed(NOW), new Random(1));
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreRefusedException.class)
                .satisfies(each -> assertThat(each.getMessage()).contains(words));
    }

    @Test
    void shouldMakeItAndKnowItAgain() throws IOException {
        StoreIdentity first;
        try (StoreDirectory made = open()) {
            first = made.identity();
            assertThat(first.created()).isEqualTo(NOW);
            assertThat(made.path()).isEqualTo(store);
        }
        InstantSource later = InstantSource.fixed(NOW.plusSeconds(60));
        try (StoreDirectory again = StoreDirectory.open(store, later, new Random(2))) {
            assertThat(again.identity()).isEqualTo(first);
        }
    }

    @Test
    void shouldRefuseASecondServerOfTheSameProcess() throws IOException {
        try (StoreDirectory held = open()) {
            assertRefused(store.toString(), "another server of this process", "store_dir");
            Path link = root.resolve("link");
            Files.createSymbolicLink(link, store);
            store = link;
            assertRefused("another server of this process");
            // The lock is still there for other processes.
            assertThat(elsewhere(held.path())).contains("in use by another process");
        }
        open().close();
    }

    @Test
    void shouldRefuseWhatAnotherProcessHas() throws Exception {
        Process other = start(store);
        try {
            BufferedReader said = other.inputReader();
            assertThat(said.readLine()).startsWith("holds ");
            assertRefused(store.toString(), "in use by another process: stop it", "store_dir");
            other.getOutputStream().close();
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            open().close();
        } finally {
            other.destroyForcibly();
        }
    }

    private static String elsewhere(Path directory) throws IOException {
        Process other = start(directory);
        try {
            other.getOutputStream().close();
            return other.inputReader().readLine();
        } finally {
            other.destroyForcibly();
        }
    }

    private static Process start(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void shouldRefuseADirectoryOfANatsServer() throws IOException {
        Files.createDirectories(store.resolve("jetstream/$G/streams/ORDERS/msgs"));
        assertRefused("nats-server", "set store_dir", "nats stream backup");
        assertThat(store.resolve("lock")).doesNotExist();
    }

    @Test
    void shouldRefuseTheInnerDirectoryOfANatsServer() throws IOException {
        Files.createDirectories(store.resolve("APP/streams/ORDERS"));
        assertRefused("nats-server");
    }

    @Test
    void shouldRefuseADirectoryOfAClusteredNatsServer() throws IOException {
        Files.createDirectories(store.resolve("$SYS/_js_/_meta_"));
        assertRefused("nats-server");
    }

    @Test
    void shouldRefuseSomebodyElsesFiles() throws IOException {
        Files.createDirectories(store);
        Files.writeString(store.resolve("thesis.tex"), "precious");
        assertRefused("isn't empty", "thesis.tex", "directory of its own");
        assertThat(store.resolve("lock")).doesNotExist();
    }

    @Test
    void shouldTakeAFreshFileSystem() throws IOException {
        Files.createDirectories(store.resolve("lost+found"));
        open().close();
    }

    @Test
    void shouldGoOnWhereItsMakingWasCutOff() throws IOException {
        Files.createDirectories(store);
        Files.createFile(store.resolve("lock"));
        Files.writeString(store.resolve("store.json.new"), "{");
        open().close();
    }

    @Test
    void shouldRefuseANewerVersion() throws IOException {
        open().close();
        Path file = store.resolve("store.json");
        Files.writeString(file, Files.readString(file).replace("version\": 1", "version\": 2"));
        assertRefused("version 2", "a newer server wrote", "set store_dir");
        // What a newer one has besides is its own affair.
        Files.writeString(file, "{\"format\":\"millrace\",\"version\":3,\"shards\":[1]}");
        assertRefused("version 3");
    }

    @Test
    void shouldRefuseAnotherFormat() throws IOException {
        Files.createDirectories(store);
        Files.writeString(store.resolve("store.json"), "{\"format\":\"other\",\"version\":1}");
        assertRefused("another format", "set store_dir");
    }

    @Test
    void shouldRefuseADamagedIdentity() throws IOException {
        open().close();
        Path file = store.resolve("store.json");
        String whole = Files.readString(file);
        for (int length = 0; length < whole.length() - 2; length++) {
            Files.writeString(file, whole.substring(0, length));
            assertRefused("store.json", "damaged");
        }
        Files.writeString(file, whole.repeat(1000));
        assertRefused("damaged");
        Files.writeString(file, whole);
        open().close();
    }

    @Test
    void shouldRefuseAFile() throws IOException {
        Files.writeString(root.resolve("deep"), "a file");
        assertRefused(root.resolve("deep") + " is a file, no directory");
    }

    @Test
    void shouldRefuseWhatItMayNotWriteTo() throws IOException {
        Files.createDirectories(store);
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeThat(Files.isWritable(store)).isFalse();
        assertRefused("can't be written to by this user", "permissions");
    }

    @Test
    void shouldRefuseALinkToNowhere() throws IOException {
        store = root.resolve("link");
        Files.createSymbolicLink(store, root.resolve("nowhere"));
        assertRefused("link to nowhere");
    }

    @Test
    void shouldRefuseWhereNothingCanBeMade() {
        store = Path.of("/proc/millrace-store");
        assertRefused("store directory /proc/millrace-store");
    }

    /** There may be none here, and who runs the tests may do everything. */
    @Test
    void shouldSayWhatToDoAboutAReadOnlyFileSystemAndPermissions() {
        assertThat(
                        StoreDirectory.refusal(
                                store,
                                new FileSystemException("lock", null, "Read-only file system")))
                .hasMessageContaining("mounted read-only: mount it for writing");
        assertThat(StoreDirectory.refusal(store, new AccessDeniedException("lock")))
                .hasMessageContaining("change its owner or permissions");
    }
}
