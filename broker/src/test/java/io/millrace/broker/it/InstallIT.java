package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the profile {@code install} makes runs on a machine that has no Java, and no PATH. */
@EnabledOnOs(OS.LINUX)
@Tag("install")
@Timeout(300)
class InstallIT {
    private static final Path INSTALL =
            ServerProcess.LAUNCHER.getParent().resolve("../../install").normalize();

    /** A JVM that can't use the cache it is given doesn't start then. */
    private static final String CACHE_NEEDED = "-XX:AOTMode=on -Xlog:aot=info:stderr";

    @TempDir private Path folder;

    @Test
    void shouldRunFromTheArchiveWithoutAnyJava() throws Exception {
        run(
                "tar",
                "-xzf",
                only(INSTALL, "millrace-*-linux-*.tar.gz").toString(),
                "-C",
                "" + folder);

        assertRuns(only(folder, "millrace-*"));
    }

    @Test
    void shouldRunFromTheDebianPackageWithoutAnyJava() throws Exception {
        try (DirectoryStream<Path> packages = Files.newDirectoryStream(INSTALL, "*.deb")) {
            assumeTrue(packages.iterator().hasNext(), "there were no tools to make one");
        }
        Path deb = only(INSTALL, "millrace_*.deb");
        run("dpkg-deb", "-x", deb.toString(), folder.toString());
        run("dpkg-deb", "-e", deb.toString(), folder.resolve("control").toString());
        Path home = folder.resolve("opt/millrace");
        String script = Files.readString(folder.resolve("control/postinst"));
        // What the script does on the machine, here in a folder.
        Path here =
                Files.writeString(
                        folder.resolve("postinst"),
                        script.replace("/opt/", folder + "/opt/")
                                .replace("/usr/", folder + "/usr/"));
        Files.createDirectories(folder.resolve("usr/bin"));
        run("sh", here.toString(), "configure");

        assertThat(Files.getLastModifiedTime(home.resolve("lib/millrace-broker.jar")))
                .isLessThan(FileTime.from(Instant.now().minusSeconds(3600)));
        assertThat(folder.resolve("usr/bin/millrace")).isSymbolicLink();
        assertRuns(home);
    }

    private void assertRuns(Path home) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(home.resolve("bin/millrace").toString(), "--version")
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "");
        builder.environment().put("MILLRACE_JAVA_OPTS", CACHE_NEEDED);
        Process version = builder.start();

        assertThat(version.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(out).content().startsWith("nats-server: v2.");
        assertThat(err).content().contains("Opened AOT cache " + home.resolve("lib"));
        assertThat(version.exitValue()).isZero();
        assertServes(home);
    }

    private void assertServes(Path home) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                home.resolve("bin/millrace").toString(),
                                "-a",
                                "127.0.0.1",
                                "-p",
                                "-1",
                                "-js",
                                "-sd",
                                folder.resolve("store").toString(),
                                "--ports_file_dir",
                                folder.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "");
        Process server = builder.start();
        try {
            Path log = folder.resolve("log");
            Modes.await("the server is ready", () -> says(log, "Server is ready"));
            Path ports = folder.resolve("millrace_" + server.pid() + ".ports");
            Modes.await("the ports file is there", () -> Files.exists(ports));
            String port =
                    Files.readString(ports).replaceAll("(?s).*nats://127.0.0.1:(\\d+).*", "$1");
            try (RawClient client = RawClient.connected(Integer.parseInt(port))) {
                client.fence();
            }
        } finally {
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(server.exitValue()).isZero();
    }

    private static boolean says(Path log, String line) {
        try {
            return Files.readString(log).contains(line);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
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
