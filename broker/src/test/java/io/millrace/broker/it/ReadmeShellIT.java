package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.NatsServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the shell lines that README.md shows, each block against a server of its own. */
@DisabledOnOs(OS.WINDOWS)
@Tag("thorough")
@Timeout(300)
class ReadmeShellIT {
    private static final Path README =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolveSibling("README.md");

    private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n((?:(?!```).*\n)*)```$");

    /** Lines that aren't run here, and why. */
    private static final Map<String, String> NOT_RUN = notRun();

    /** What there must be before a line of a block that goes on from another one. */
    private static final Map<String, String> BEFORE =
            Map.of(
                    "nats consumer add ORDERS shipping",
                    "nats stream info ORDERS >/dev/null 2>&1"
                            + " || nats stream add ORDERS --subjects 'orders.>' --defaults;"
                            + " nats consumer rm ORDERS shipping -f >/dev/null 2>&1 || true");

    @TempDir private Path folder;
    private final List<String> ran = new ArrayList<>();

    private static Map<String, String> notRun() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("broker/bin/millrace", "builds the server: CheckoutLauncherTest");
        lines.put("mvn ", "is what runs this test");
        lines.put("millrace mkpasswd -p$", "asks at a terminal: MakePasswordIT");
        lines.put("millrace -", "serves until it is stopped: ReadmeTest reads its flags");
        lines.put("tar -xzf millrace-<version>-linux", "is of the profile install: InstallIT");
        lines.put("dpkg ", "is of the profile install: InstallIT");
        lines.put("helm ", "needs a cluster: HelmIT");
        return lines;
    }

    @Test
    void shouldRunEveryLine() throws Exception {
        assumeTrue(isOnPath("nats"), "there is no nats command line on the PATH");
        List<List<String>> blocks =
                BLOCK.matcher(Files.readString(README))
                        .results()
                        .map(block -> lines(block.group(1)))
                        .toList();
        for (List<String> block : blocks) {
            runBlock(block);
        }

        assertThat(ran).hasSizeGreaterThan(25);
        assertThat(NOT_RUN.keySet())
                .as("what isn't run is still shown")
                .allMatch(
                        each ->
                                blocks.stream()
                                        .flatMap(List::stream)
                                        .anyMatch(line -> isLike(line, each)));
    }

    private void runBlock(List<String> lines) throws Exception {
        Path store = Files.createTempDirectory(folder, "store");
        List<Process> background = new ArrayList<>();
        try (NatsServer server =
                NatsServer.builder()
                        .port(0)
                        .options(options -> options.jetStream(true).storeDir(store.toString()))
                        .start()) {
            for (String line : lines) {
                if (NOT_RUN.keySet().stream().anyMatch(each -> isLike(line, each))) {
                    continue;
                }
                ran.add(line);
                if (line.endsWith("&")) {
                    int before = server.subscriptionCount();
                    background.add(start(server, line.substring(0, line.length() - 1)));
                    Modes.await(line, () -> server.subscriptionCount() > before);
                } else {
                    run(server, line);
                }
            }
        } finally {
            for (Process each : background) {
                each.descendants().forEach(ProcessHandle::destroy);
                each.destroy();
            }
        }
    }

    private void run(NatsServer server, String line) throws Exception {
        for (Map.Entry<String, String> each : BEFORE.entrySet()) {
            if (line.startsWith(each.getKey())) {
                run(server, each.getValue());
            }
        }
        Path output = Files.createTempFile(folder, "line", ".out");
        // What goes on behind the line mustn't go on behind the test.
        String ending = "; status=$?; [ -z \"$!\" ] || kill $! 2>/dev/null; exit $status";
        Process process = start(server, line + ending, output);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            fail(line + ":\n" + Files.readString(output));
        }
    }

    private Process start(NatsServer server, String line) throws IOException {
        return start(server, line, Files.createTempFile(folder, "line", ".out"));
    }

    /** With this machine's places for those of the README. */
    private Process start(NatsServer server, String line, Path output) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("usr/local/bin"));
        Path link = bin.resolve("millrace");
        if (Files.notExists(link)) {
            Files.createSymbolicLink(link, ServerProcess.LAUNCHER);
        }
        String here =
                line.replace("/opt/", folder + "/opt/")
                        .replace("/usr/local/", folder + "/usr/local/")
                        .replace("/tmp/orders", folder + "/orders")
                        .replace("millrace-<version>.tar.gz", archive().toString());
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", here)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("NATS_URL", server.clientUrl());
        builder.environment().put("PASSWORD", "correct horse battery staple");
        builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        builder.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        return builder.start();
    }

    private static Path archive() throws IOException {
        Path target = ServerProcess.LAUNCHER.getParent().resolve("../..");
        try (DirectoryStream<Path> found = Files.newDirectoryStream(target, "millrace-*.tar.gz")) {
            return found.iterator().next().toRealPath();
        }
    }

    /** Without what goes on in the next line, and without comments. */
    private static List<String> lines(String block) {
        return block.replaceAll("\\\\\n\\s*", "")
                .lines()
                .map(line -> line.replaceFirst("\\s+# .*", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("# "))
                .toList();
    }

    private static boolean isLike(String line, String start) {
        return start.endsWith("$")
                ? line.equals(start.substring(0, start.length() - 1))
                : line.startsWith(start);
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }
}
