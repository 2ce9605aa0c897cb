package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The archive that the build made, unpacked somewhere else. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class DistributionIT {
    private static final Path TARGET = ServerProcess.LAUNCHER.getParent().resolve("../..");

    @TempDir private static Path folder;
    private static Path home = Path.of("");

    @BeforeAll
    static void unpack() throws Exception {
        Path blanks = Files.createDirectory(folder.resolve("a folder"));
        Path archive = only(TARGET, "millrace-*.tar.gz");
        Process tar =
                new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", blanks.toString())
                        .inheritIO()
                        .start();
        assertThat(tar.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tar.exitValue()).isZero();
        home = only(blanks, "millrace-*");
    }

    @Test
    void shouldHoldWhatIsNeededToRunIt() throws Exception {
        assertThat(names(home)).containsExactly("LICENSE", "README.md", "bin", "config", "lib");
        assertThat(names(home.resolve("bin")))
                .containsExactly("aot-cache", "find-java.sh", "millrace");
        assertThat(names(home.resolve("config")))
                .containsExactly(
                        "Dockerfile",
                        "grafana-dashboard.json",
                        "helm-values.yaml",
                        "jvm.options",
                        "kubernetes.yaml",
                        "millrace.conf",
                        "millrace.service",
                        "prometheus-rules.yaml");
        assertThat(names(home.resolve("lib")))
                .contains(
                        "millrace-broker.jar",
                        "libnetty_transport_native_epoll_x86_64.so",
                        "libnetty_transport_native_epoll_aarch_64.so",
                        "libnetty_tcnative_linux_x86_64.so",
                        "libnetty_tcnative_linux_aarch_64.so")
                .filteredOn(name -> !name.matches("libnetty.*\\.so"))
                .allMatch(name -> name.matches("millrace-broker\\.jar|build-id|millrace-.*\\.aot"));
    }

    @Test
    void shouldCarryOneTimeOnly() throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            List<FileTime> times =
                    files.filter(Files::isRegularFile)
                            .map(DistributionIT::time)
                            .distinct()
                            .toList();
            assertThat(times).hasSize(1);
        }
    }

    @Test
    void shouldServeUnderTheNameOfALinkFromAFolderWithABlank() throws Exception {
        Path link =
                Files.createSymbolicLink(
                        folder.resolve("nats-server"), home.resolve("bin/millrace"));
        Path ports = Files.createDirectory(folder.resolve("ports"));
        try (ServerProcess server = ready(link, Map.of(), "--ports_file_dir", ports.toString());
                RawClient client = RawClient.connected(server.port())) {
            client.fence();
            Modes.await(
                    "the ports file is there",
                    () -> Files.exists(ports.resolve("nats-server_" + server.pid() + ".ports")));
            server.signal("TERM");
            client.expectClosed();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void shouldStartFromTheAotCacheOfTheBuild() throws Exception {
        assumeTrue(
                Files.exists(home.resolve("lib/build-id")), "built with -Dexec.skip, without one");
        // A JVM that can't use the cache it is given doesn't start then.
        Map<String, String> needed =
                Map.of("MILLRACE_JAVA_OPTS", "-XX:AOTMode=on -Xlog:aot=info:stderr");
        try (ServerProcess server = ready(home.resolve("bin/millrace"), needed);
                RawClient client = RawClient.connected(server.port())) {
            client.fence();
            assertThat(server.errors()).contains("Opened AOT cache " + home.resolve("lib"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldLoadNativeCodeFromWhereItLies() throws Exception {
        try (ServerProcess server = ready(home.resolve("bin/millrace"), Map.of())) {
            assertThat(Path.of("/proc/" + server.pid() + "/maps"))
                    .content()
                    .contains(home.resolve("lib") + "/libnetty_transport_native_epoll");
        }
    }

    @Test
    void shouldStartWithoutAnAotCache() throws Exception {
        Map<String, String> off = Map.of("MILLRACE_AOT", "off");
        try (ServerProcess server = ready(home.resolve("bin/millrace"), off);
                RawClient client = RawClient.connected(server.port())) {
            client.fence();
        }
    }

    private static ServerProcess ready(
            Path launcher, Map<String, String> environment, String... more) throws IOException {
        List<String> arguments =
                Stream.concat(Stream.of("-a", "127.0.0.1", "-p", "-1"), Stream.of(more)).toList();
        ServerProcess server =
                new ServerProcess(launcher, environment, folder, arguments.toArray(String[]::new));
        server.awaitLine("Server is ready");
        return server;
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Path only(Path in, String glob) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(in, glob)) {
            List<Path> paths = new ArrayList<>();
            found.forEach(paths::add);
            assertThat(paths).hasSize(1);
            return paths.getFirst();
        }
    }
}
