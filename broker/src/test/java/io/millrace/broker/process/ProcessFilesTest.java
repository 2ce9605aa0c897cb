package io.millrace.broker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

class ProcessFilesTest {
    @TempDir private Path folder;

    @Test
    void shouldWriteThePidAndNothingElse() throws IOException {
        Path file = folder.resolve("nats.pid");
        Files.writeString(file, "a longer line of another process");
        PidFile.write(file);

        assertThat(Files.readString(file)).isEqualTo("" + ProcessHandle.current().pid());
        assertThat(names()).containsExactly("nats.pid");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldKeepThePidFileToItsOwner() throws IOException {
        Path file = folder.resolve("nats.pid");
        PidFile.write(file);

        assertThat(mode(file)).isEqualTo("rw-------");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldWriteWhereALinkLeads() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "4711 and more");
        Path link = Files.createSymbolicLink(folder.resolve("nats.pid"), Path.of("target"));
        PidFile.write(link, 12);

        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("target"));
        assertThat(target).content().isEqualTo("12");
        assertThat(names()).containsExactly("nats.pid", "target");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldWriteWhereALinkLeadsThoughNothingIsThereYet() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("nats.pid"), Path.of("target"));
        PidFile.write(link, 12);

        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("target"));
        assertThat(folder.resolve("target")).content().isEqualTo("12");
        assertThat(mode(folder.resolve("target"))).isEqualTo("rw-------");
    }

    /** Stands for every kind of device; one of the machine's own must not be put at risk. */
    @Test
    @Timeout(120)
    @DisabledOnOs(OS.WINDOWS)
    void shouldLeaveAPipeWhatItIs() throws Exception {
        Path pipe = folder.resolve("nats.pid");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Process reader = new ProcessBuilder("cat", pipe.toString()).start();
        try {
            PidFile.write(pipe, 12);

            assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
            assertThat(reader.getInputStream().readAllBytes()).asString().isEqualTo("12");
            assertThat(names()).containsExactly("nats.pid");
        } finally {
            reader.destroyForcibly();
        }
    }

    /** A file that is mounted on its own, too, is another one when it is replaced. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldKeepTheFileAndItsMode() throws IOException {
        Path file = Files.writeString(folder.resolve("nats.pid"), "a longer line");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Object before = Files.getAttribute(file, "unix:ino");
        PidFile.write(file, 12);

        assertThat(file).content().isEqualTo("12");
        assertThat(mode(file)).isEqualTo("rw-r--r--");
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
    }

    @Test
    void shouldLeaveFilesBesideItAlone() throws IOException {
        Path other = Files.writeString(folder.resolve("nats.pid.tmp"), "somebody's");
        PidFile.write(folder.resolve("nats.pid"));

        assertThat(names()).containsExactly("nats.pid", "nats.pid.tmp");
        assertThat(other).hasContent("somebody's");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldWriteAPortsFileWhereALinkLeads() throws IOException {
        Path link = folder.resolve("millrace_12.ports");
        Files.createSymbolicLink(link, Path.of("target"));
        PortsFile.write(folder, "millrace", 12, Ports.of(List.of(), List.of()));

        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("target"));
        assertThat(folder.resolve("target")).hasContent("{}");
    }

    @Test
    void shouldSayWhatCannotBeWrittenAndWhy() {
        Path nowhere = folder.resolve("no/nats.pid");
        assertThatIOException()
                .isThrownBy(() -> PidFile.write(nowhere))
                .withMessage("open " + nowhere + ": no such file or directory");
        assertThatIOException()
                .isThrownBy(() -> PidFile.write(folder))
                .withMessage("open " + folder + ": is a directory");
    }

    @Test
    void shouldWriteThePortsFileOfTheReference() throws IOException {
        Ports ports =
                new Ports(
                        List.of("nats://127.0.0.1:4222"),
                        List.of("http://127.0.0.1:8222"),
                        List.of("nats://127.0.0.1:6222"),
                        List.of(),
                        List.of("ws://127.0.0.1:80", "ws://[::1]:80"));
        PortsFile file = PortsFile.write(folder, "nats-server", 4711, ports);

        assertThat(names()).containsExactly("nats-server_4711.ports");
        assertThat(Files.readString(file.path()))
                .isEqualTo(
                        "{\"nats\":[\"nats://127.0.0.1:4222\"],"
                                + "\"monitoring\":[\"http://127.0.0.1:8222\"],"
                                + "\"cluster\":[\"nats://127.0.0.1:6222\"],"
                                + "\"websocket\":[\"ws://127.0.0.1:80\",\"ws://[::1]:80\"]}");
    }

    @Test
    void shouldDeleteThePortsFileAndSayWhenItIsGone() throws IOException {
        Ports ports = Ports.of(List.of("nats://127.0.0.1:4222"), List.of());
        PortsFile file = PortsFile.write(folder, "millrace", ports);
        assertThat(file.path())
                .isEqualTo(folder.resolve("millrace_" + ProcessHandle.current().pid() + ".ports"))
                .hasContent("{\"nats\":[\"nats://127.0.0.1:4222\"]}");
        file.delete();

        assertThat(names()).isEmpty();
        assertThatIOException().isThrownBy(file::delete).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldWriteNoKindThatHasNoListener() {
        assertThat(Ports.of(List.of(), List.of()).toJson()).isEqualTo("{}");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
