package io.millrace.broker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldThrowWhenThereIsNoFolderForThePidFile() {
        assertThatIOException().isThrownBy(() -> PidFile.write(folder.resolve("no/nats.pid")));
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
