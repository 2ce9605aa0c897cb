package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

class FileWriterTest {
    private static final String STAMP = "2026.11.21.01.02.03.12345";
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-21T01:02:03.123450000Z"), ZoneOffset.UTC);

    @TempDir private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("nats.log");
    }

    @Test
    void shouldAppendToTheFileAndCreateItForOwnerAndGroup() throws IOException {
        FileWriter first = open(0, 0);
        first.write(CLOCK.instant(), LogLevel.INFO, "one");
        first.close();
        FileWriter second = open(0, 0);
        second.write(CLOCK.instant(), LogLevel.INFO, "two");
        second.close();

        assertThat(file).hasContent("[1] [INF] one\n[1] [INF] two\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void shouldRotateOnceALineHasTakenTheFileOverTheLimit() throws IOException {
        FileWriter sink = open(40, 0);
        sink.write(CLOCK.instant(), LogLevel.INFO, "0123456789 0123456789 012345");
        assertThat(Files.size(file)).isEqualTo(39);
        sink.write(CLOCK.instant(), LogLevel.INFO, "over");

        Path backup = folder.resolve("nats.log." + STAMP + "0000");
        assertThat(backup).hasContent("[1] [INF] 0123456789 0123456789 012345\n[1] [INF] over\n");
        assertThat(file).hasContent("[1] [INF] Rotated log, backup saved as \"" + backup + "\"\n");
        sink.close();
    }

    /** Stands for every kind of device; one of the machine's own must not be put at risk. */
    @Test
    @Timeout(120)
    @DisabledOnOs(OS.WINDOWS)
    void shouldNotRotateAPipe() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        Process reader = new ProcessBuilder("cat", file.toString()).start();
        try {
            FileWriter sink = open(10, 1);
            sink.write(CLOCK.instant(), LogLevel.INFO, "first");
            sink.write(CLOCK.instant(), LogLevel.INFO, "second");
            sink.close();

            assertThat(names()).containsExactly("nats.log");
            assertThat(reader.getInputStream().readAllBytes())
                    .asString()
                    .isEqualTo("[1] [INF] first\n[1] [INF] second\n");
        } finally {
            reader.destroyForcibly();
        }
    }

    @Test
    void shouldNeverOverwriteABackupOfTheSameNanosecond() throws IOException {
        FileWriter sink = open(10, 0);
        sink.write(CLOCK.instant(), LogLevel.INFO, "first");
        sink.write(CLOCK.instant(), LogLevel.INFO, "second");
        sink.close();

        assertThat(names())
                .containsExactly(
                        "nats.log", "nats.log." + STAMP + "0000", "nats.log." + STAMP + "0001");
    }

    @Test
    void shouldKeepAsManyFilesAsAskedForAndNothingButBackupsIsPurged() throws IOException {
        Files.writeString(folder.resolve("nats.log.2025.01.02.03.04.05.000000006"), "oldest");
        Files.writeString(folder.resolve("nats.log.old"), "not ours");
        Files.writeString(folder.resolve("nats.log.2025.01.02"), "not ours");
        FileWriter sink = open(10, 3);
        sink.write(CLOCK.instant(), LogLevel.INFO, "first");
        sink.write(CLOCK.instant(), LogLevel.INFO, "second");

        assertThat(names())
                .containsExactly(
                        "nats.log",
                        "nats.log.2025.01.02",
                        "nats.log." + STAMP + "0000",
                        "nats.log." + STAMP + "0001",
                        "nats.log.old");
        assertThat(file)
                .content()
                .endsWith("[1] [INF] Purged log file \"nats.log.2025.01.02.03.04.05.000000006\"\n");
        sink.close();
    }

    @Test
    void shouldRotateAtOnceAFileThatIsTooLargeAlready() throws IOException {
        Files.writeString(file, "x".repeat(100));
        open(50, 0).close();

        assertThat(folder.resolve("nats.log." + STAMP + "0000"))
                .content()
                .endsWith("x[1] [INF] Rotating logfile...\n");
    }

    @Test
    void shouldGoOnInTheRenamedFileUntilItIsReopened() throws IOException {
        FileWriter sink = open(0, 0);
        sink.write(CLOCK.instant(), LogLevel.INFO, "one");
        Path moved = Files.move(file, folder.resolve("moved"));
        sink.write(CLOCK.instant(), LogLevel.INFO, "two");
        sink.reopen(CLOCK.instant());
        sink.write(CLOCK.instant(), LogLevel.INFO, "three");
        sink.close();

        assertThat(moved).hasContent("[1] [INF] one\n[1] [INF] two\n");
        assertThat(file).hasContent("[1] [INF] File log re-opened\n[1] [INF] three\n");
    }

    @Test
    void shouldKeepTheOldFileWhenANewOneCannotBeOpened() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        file = gone.resolve("nats.log");
        FileWriter sink = open(0, 0);
        Path moved = Files.move(gone, folder.resolve("moved"));
        sink.reopen(CLOCK.instant());
        sink.write(CLOCK.instant(), LogLevel.INFO, "still here");
        sink.close();

        assertThat(moved.resolve("nats.log"))
                .hasContent(
                        "[1] [ERR] File log not re-opened: error opening file: open "
                                + file
                                + ": no such file or directory\n[1] [INF] still here\n");
    }

    @Test
    void shouldRotateAgainAfterARotationThatFailed() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        file = gone.resolve("nats.log");
        FileWriter sink = open(40, 0);
        Path moved = Files.move(gone, folder.resolve("moved"));
        sink.write(CLOCK.instant(), LogLevel.INFO, "0123456789 0123456789 0123456789");
        assertThat(moved.resolve("nats.log"))
                .content()
                .contains("Unable to rotate logfile")
                .endsWith("will attempt next rotation at size 86\n");
        Files.createDirectory(gone);
        sink.write(CLOCK.instant(), LogLevel.INFO, "next");

        assertThat(file).content().startsWith("[1] [INF] Rotated log, backup saved as ");
        sink.close();
    }

    @Test
    void shouldRefuseAFileThatCannotBeOpenedInTheWordsOfTheReference() {
        file = folder.resolve("missing/nats.log");
        assertThatIOException()
                .isThrownBy(() -> open(0, 0))
                .withMessage("error opening file: open %s: no such file or directory", file);

        file = folder;
        assertThatIOException()
                .isThrownBy(() -> open(0, 0))
                .withMessage("error opening file: open %s: is a directory", folder);
    }

    @Test
    void shouldLoseAndMixNoLineOfManyThreadsWhileItRotates() throws Exception {
        LogSink sink = LogQueue.start(open(20_000, 0), CLOCK, Long.MAX_VALUE);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String text = "t" + Integer.toString(t).repeat(100);
            threads.add(Thread.ofPlatform().start(() -> writeMany(sink, text, 250)));
        }
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
        }
        // Closing waits for the writer for a second only, and the disk may be slow.
        while (messagesSoFar() < 2_000) {
            LockSupport.parkNanos(1_000_000);
        }
        sink.close();

        List<String> lines = written();
        assertThat(names()).hasSizeGreaterThan(10);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("[1] [INF] t"))
                .hasSize(2_000)
                .allMatch(line -> line.matches("\\[1] \\[INF] t(\\d)\\1{99}"));
        assertThat(lines)
                .filteredOn(line -> !line.startsWith("[1] [INF] t"))
                .allMatch(line -> line.startsWith("[1] [INF] Rotated log"));
    }

    @Test
    void shouldGoOnWritingWhenALoggingThreadIsInterrupted() throws Exception {
        LogSink sink = LogQueue.start(open(0, 0), CLOCK, Long.MAX_VALUE);
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    Thread.currentThread().interrupt();
                                    sink.write(LogLevel.INFO, "interrupted");
                                });
        assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
        sink.write(LogLevel.INFO, "after");
        sink.close();

        assertThat(file).hasContent("[1] [INF] interrupted\n[1] [INF] after\n");
    }

    /** While it is rotated, a file may be gone before it is read: then it is looked again. */
    private long messagesSoFar() throws IOException {
        try {
            return written().stream().filter(line -> line.startsWith("[1] [INF] t")).count();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** All lines, of the file and its backups. */
    private List<String> written() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : names()) {
            lines.addAll(Files.readAllLines(folder.resolve(name)));
        }
        return lines;
    }

    private static void writeMany(LogSink sink, String text, int count) {
        for (int i = 0; i < count; i++) {
            sink.write(LogLevel.INFO, text);
        }
    }

    private FileWriter open(long sizeLimitBytes, int maxFiles) throws IOException {
        return new FileWriter(file, sizeLimitBytes, maxFiles, new TextLines(1, null, false), CLOCK);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }
}
