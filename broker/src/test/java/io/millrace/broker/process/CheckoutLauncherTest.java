package io.millrace.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Runs {@code bin/millrace} in a checkout of empty files, with a Maven and a JDK that are only
 * shell scripts.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class CheckoutLauncherTest {
    private static final Path BROKER =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")));

    /** Says what it was told, and leaves what a build does. */
    private static final String BUILDS =
            "echo built in $PWD with \"$@\"; mkdir -p target/begun broker/target/packaging"
                    + " broker/target/packaged broker/target/millrace/lib;"
                    + " cp -r broker/bin broker/target/millrace/;"
                    + " touch target/begun/pom.xml broker/target/packaging/pom.xml"
                    + " broker/target/millrace/lib/millrace-broker.jar"
                    + " broker/target/packaged/pom.xml";

    /** Is interrupted while it packs. */
    private static final String BREAKS =
            "mkdir -p broker/target/packaging broker/target/millrace/lib;"
                    + " cp -r broker/bin broker/target/millrace/;"
                    + " touch broker/target/packaging/pom.xml"
                    + " broker/target/millrace/lib/millrace-broker.jar; exit 130";

    private record Outcome(int status, List<String> out, String err) {}

    @TempDir private Path temp;
    private Path root = Path.of("");
    private Path checkout = Path.of("");
    private Path tools = Path.of("");

    @BeforeEach
    void makeCheckoutAndTools() throws IOException {
        root = temp.toRealPath();
        checkout = root.resolve("checkout");
        for (String file :
                new String[] {
                    "pom.xml",
                    "README.md",
                    "config/jvm.options",
                    "protocol/pom.xml",
                    "protocol/src/main/java/Subject.java",
                    "broker/pom.xml",
                    "broker/src/main/java/Main.java",
                    "broker/src/test/java/MainTest.java"
                }) {
            Files.createDirectories(checkout.resolve(file).getParent());
            Files.createFile(checkout.resolve(file));
        }
        for (String file :
                new String[] {"bin/millrace", "bin/find-java.sh", "src/build/checkout.sh"}) {
            Path copy = checkout.resolve("broker").resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(BROKER.resolve(file), copy);
        }
        Instant longAgo = Instant.now().minusSeconds(3600);
        try (Stream<Path> all = Files.walk(checkout)) {
            for (Path each : all.toList()) {
                Files.setLastModifiedTime(each, FileTime.from(longAgo));
            }
        }
        script(root.resolve("jdk-25/bin/java"), "printf '%s\\n' \"$@\"");
        Files.writeString(root.resolve("jdk-25/release"), "JAVA_VERSION=\"25.0.1\"\n");
        tools = Files.createDirectory(root.resolve("tools"));
        for (String tool : new String[] {"cp", "find", "mkdir", "rm", "sleep", "touch"}) {
            for (String folder : new String[] {"/bin", "/usr/bin"}) {
                Path found = Path.of(folder, tool);
                if (Files.exists(found) && Files.notExists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), found);
                }
            }
        }
        maven(BUILDS);
    }

    @Test
    void shouldBuildOnceAndRunTheDistribution() throws Exception {
        Outcome first = run();
        Outcome second = run();

        Path built = checkout.resolve("broker/target/millrace");
        assertThat(first.err()).isEqualTo(built("building the server, this once"));
        assertThat(second.err()).isEmpty();
        assertThat(second.status()).isZero();
        assertThat(second.out())
                .isEqualTo(first.out())
                .contains(
                        "@" + built.resolve("config/jvm.options"),
                        built.resolve("lib/millrace-broker.jar").toString());
    }

    @Test
    void shouldFailWhenTheBuildDoesAndBuildAtTheNextStart() throws Exception {
        maven("echo no >&2; exit 3");
        Outcome failed = run();
        maven(BUILDS);
        Outcome next = run();

        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("millrace: the build failed");
        assertThat(next.err()).isEqualTo(built("building the server, this once"));
        assertThat(next.out()).contains("io.millrace.broker.Main");
    }

    @Test
    void shouldBuildAgainWhenTheLastBuildWasInterrupted() throws Exception {
        maven(BREAKS);
        assertThat(run().status()).isEqualTo(1);
        maven(BUILDS);
        Outcome next = run();

        assertThat(next.err())
                .isEqualTo(
                        built("the last build did not come to its end: building the server again"));
        assertThat(next.out()).contains("io.millrace.broker.Main");
        assertThat(run().err()).isEmpty();
    }

    @Test
    void shouldBuildAgainWhenALaterBuildWasInterrupted() throws Exception {
        run();
        at(checkout.resolve("broker/target/packaging/pom.xml"), 10);
        Outcome next = run();

        assertThat(next.err())
                .isEqualTo(
                        built("the last build did not come to its end: building the server again"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pom.xml",
                "config/jvm.options",
                "protocol/pom.xml",
                "protocol/src/main/java/Subject.java",
                "broker/pom.xml",
                "broker/bin/millrace",
                "broker/src/build/checkout.sh",
                "broker/src/main/java/Main.java"
            })
    void shouldBuildAgainWhenASourceHasChanged(String source) throws Exception {
        run();
        at(checkout.resolve(source), 10);
        Outcome next = run();

        assertThat(next.err()).isEqualTo(built(source + " has changed: building the server again"));
        assertThat(next.out()).contains("io.millrace.broker.Main");
    }

    @Test
    void shouldBuildAgainWhenASourceWasDeleted() throws Exception {
        run();
        Path deleted = checkout.resolve("broker/src/main/java/Main.java");
        Files.delete(deleted);
        at(deleted.getParent(), 10);

        assertThat(run().err())
                .isEqualTo(built("broker/src/main/java has changed: building the server again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "broker/src/test/java/MainTest.java"})
    void shouldNotBuildForWhatTheServerIsNotMadeOf(String file) throws Exception {
        run();
        at(checkout.resolve(file), 10);

        assertThat(run().err()).isEmpty();
    }

    @Test
    void shouldNotBuildBecauseTestsWereRun() throws Exception {
        run();
        at(checkout.resolve("target/begun/pom.xml"), 10);

        assertThat(run().err()).isEmpty();
    }

    /** As when somebody goes on typing while the tests run. */
    @Test
    void shouldBuildAgainWhenASourceChangedDuringTheBuild() throws Exception {
        run();
        at(checkout.resolve("broker/src/main/java/Main.java"), 10);
        at(checkout.resolve("broker/target/packaging/pom.xml"), 20);
        at(checkout.resolve("broker/target/packaged/pom.xml"), 30);

        assertThat(run().err()).contains("Main.java has changed: building the server again");
    }

    @Test
    void shouldStartTheServerOfBeforeWhereThereIsNoMaven() throws Exception {
        run();
        Files.delete(tools.resolve("mvn"));
        at(checkout.resolve("pom.xml"), 10);
        Outcome outcome = run();

        assertThat(outcome.err())
                .isEqualTo(
                        "millrace: pom.xml has changed, but the server can't be built here:"
                                + " starting the one of before\n");
        assertThat(outcome.out()).contains("io.millrace.broker.Main");
    }

    @Test
    void shouldBuildOnceForTwoThatStartAtATime() throws Exception {
        maven("while [ ! -e go ]; do sleep 0.01; done; " + BUILDS);
        Path lock = checkout.resolve("broker/target.lock");
        Process first = start();
        await(() -> Files.exists(lock));
        Process second = start();
        Files.createFile(checkout.resolve("go"));
        Outcome one = outcome(first);
        Outcome other = outcome(second);

        assertThat(one.err()).isEqualTo(built("building the server, this once"));
        assertThat(other.err()).isEmpty();
        assertThat(other.out()).isEqualTo(one.out()).contains("io.millrace.broker.Main");
        assertThat(lock).doesNotExist();
    }

    @Test
    void shouldBuildWhenTheLastBuilderDied() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path lock = checkout.resolve("broker/target.lock");
        Files.writeString(lock, dead.pid() + "\n");

        assertThat(run().err()).isEqualTo(built("building the server, this once"));
        assertThat(lock).doesNotExist();
    }

    @Test
    void shouldLeaveNoLockWhenItIsInterrupted() throws Exception {
        maven("kill -INT $PPID; exit 130");
        Path lock = checkout.resolve("broker/target.lock");
        Outcome interrupted = run();

        assertThat(interrupted.status()).isNotZero();
        assertThat(interrupted.out()).isEmpty();
        assertThat(lock).doesNotExist();
        maven(BUILDS);
        assertThat(run().out()).contains("io.millrace.broker.Main");
    }

    private String built(String reason) {
        return "millrace: %s\nbuilt in %s with -q -DskipTests -pl broker -am clean package\n"
                .formatted(reason, checkout);
    }

    /** Gives a file a time that lies as many seconds ahead. */
    private static void at(Path file, long seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }

    private void maven(String text) throws IOException {
        script(tools.resolve("mvn"), text);
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Waits for a condition, at most until the time limit of the test. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).as("out of time").isFalse();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private Outcome run() throws Exception {
        return outcome(start());
    }

    private static Outcome outcome(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out.lines().toList(), err);
    }

    private Process start() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(checkout.resolve("broker/bin/millrace").toString())
                        .directory(root.toFile());
        builder.environment().remove("MILLRACE_JAVA_OPTS");
        builder.environment().remove("MILLRACE_AOT");
        builder.environment().put("JAVA_HOME", root.resolve("jdk-25").toString());
        builder.environment().put("PATH", tools.toString());
        return builder.start();
    }
}
