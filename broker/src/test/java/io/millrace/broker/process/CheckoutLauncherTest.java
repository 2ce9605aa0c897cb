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

    /** Leaves what a build does. */
    private static final String BUILDS =
            "echo \"[INFO] --- compiler:compile (default-compile) @ millrace-broker ---\";"
                    + " echo built in $PWD with \"$@\" >>../maven.txt;"
                    + " mkdir -p broker/target/launch/millrace/lib;"
                    + " cp -r broker/bin broker/target/launch/millrace/;"
                    + " touch broker/target/launch/millrace/lib/millrace-broker.jar";

    /** Stops in the middle. */
    private static final String BREAKS =
            "echo \"[INFO] fine\"; echo \"[ERROR] No space left on device\";"
                    + " mkdir -p broker/target/launch/millrace/lib; exit 1";

    private static final String DRAFTS = "broker/target/launch";
    private static final String DISTRIBUTION = "broker/target/millrace";

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
                new String[] {
                    "bin/millrace",
                    "bin/find-java.sh",
                    "src/build/checkout.sh",
                    "src/build/build-id.sh"
                }) {
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
        script(root.resolve("jdk-25/bin/javac"), "");
        Files.writeString(root.resolve("jdk-25/release"), "JAVA_VERSION=\"25.0.1\"\n");
        tools = Files.createDirectory(root.resolve("tools"));
        for (String tool : "cat cksum cp find mkdir mv rm sh sleep touch".split(" ")) {
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

        Path built = checkout.resolve(DISTRIBUTION);
        assertThat(first.err()).isEqualTo(built("building the server, this once"));
        assertThat(second.err()).isEmpty();
        assertThat(second.status()).isZero();
        assertThat(second.out())
                .isEqualTo(first.out())
                .contains(
                        "@" + built.resolve("config/jvm.options"),
                        built.resolve("lib/millrace-broker.jar").toString());
        assertThat(root.resolve("maven.txt"))
                .hasContent("built in " + checkout + " with -B -Dlaunch -pl broker -am package");
        assertThat(built.resolve("lib/build-id")).isNotEmptyFile();
        assertThat(checkout.resolve(DRAFTS)).doesNotExist();
    }

    @Test
    void shouldSayWhatWentWrongAndBuildAtTheNextStart() throws Exception {
        maven(BREAKS);
        Outcome failed = run();
        maven(BUILDS);
        Outcome next = run();

        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err().lines())
                .containsExactly(
                        "millrace: building the server, this once",
                        "[ERROR] No space left on device",
                        "millrace: the build failed; "
                                + checkout.resolve("broker/target/launch.log")
                                + " has all of it");
        assertThat(next.err()).isEqualTo(built("building the server, this once"));
        assertThat(next.out()).contains("io.millrace.broker.Main");
    }

    @Test
    void shouldLeaveTheDistributionOfBeforeWholeWhenTheNextCannotBeBuilt() throws Exception {
        run();
        Path jar = checkout.resolve(DISTRIBUTION).resolve("lib/millrace-broker.jar");
        Files.writeString(jar, "of before");
        at(checkout.resolve("pom.xml"), 10);
        maven(BREAKS);
        Outcome failed = run();

        assertThat(failed.status()).isEqualTo(1);
        assertThat(jar).hasContent("of before");
        assertThat(checkout.resolve(DRAFTS)).doesNotExist();
        assertThat(run().err()).contains("pom.xml has changed: building the server again");
    }

    @Test
    void shouldBuildWhenItIsNotKnownOfWhenTheDistributionIs() throws Exception {
        run();
        Files.delete(checkout.resolve("broker/target/millrace.begun"));

        assertThat(run().err()).isEqualTo(built("building the server, this once"));
    }

    @Test
    void shouldSayInOneLineAllThatIsMissing() throws Exception {
        Files.delete(tools.resolve("mvn"));
        Outcome noMaven = run();
        Path find = checkout.resolve("broker/bin/find-java.sh");
        Files.writeString(
                find, Files.readString(find).replace("least_java=25\n", "least_java=99\n"));
        Outcome nothing = run();

        assertThat(noMaven.status()).isEqualTo(1);
        assertThat(noMaven.err())
                .isEqualTo(
                        "millrace: the server must be built first, and there is no Maven on the"
                                + " PATH (https://maven.apache.org)\n");
        assertThat(nothing.err())
                .isEqualTo(
                        "millrace: the server must be built first, and there is no JDK 99 or later"
                                + " (https://adoptium.net, or set JAVA_HOME to one) and no Maven on the"
                                + " PATH (https://maven.apache.org)\n");
    }

    @Test
    void shouldBuildInAFolderWithBlanks() throws Exception {
        Path blanks = root.resolve("a  checkout");
        Files.move(checkout, blanks);
        checkout = blanks;

        assertThat(run().err()).isEqualTo(built("building the server, this once"));
        assertThat(run().out())
                .contains(blanks.resolve(DISTRIBUTION + "/lib/millrace-broker.jar").toString());
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

    /** As when somebody goes on typing meanwhile. */
    @Test
    void shouldBuildAgainWhenASourceChangedDuringTheBuild() throws Exception {
        maven(BUILDS + "; sleep 0.02; touch broker/src/main/java/Main.java");
        run();
        maven(BUILDS);

        assertThat(run().err()).contains("Main.java has changed: building the server again");
        assertThat(run().err()).isEmpty();
    }

    @Test
    void shouldStartTheServerOfBeforeWhereThereIsNoMaven() throws Exception {
        run();
        Files.delete(tools.resolve("mvn"));
        at(checkout.resolve("pom.xml"), 10);
        Outcome outcome = run();

        assertThat(outcome.err())
                .isEqualTo(
                        "millrace: pom.xml has changed, but there is no Maven on the PATH"
                                + " (https://maven.apache.org): starting the server of before\n");
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
        assertThat(other.err())
                .isEqualTo("millrace: waiting for another start to build the server\n");
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

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void shouldLeaveNothingAndNobodyBehindWhenItIsStopped(String signal) throws Exception {
        maven(
                "mkdir -p broker/target/launch/millrace; echo $$ >../maven.new;"
                        + " mv ../maven.new ../maven.pid; exec sleep 60");
        Path lock = checkout.resolve("broker/target.lock");
        Process stopped = start();
        await(() -> Files.exists(root.resolve("maven.pid")));
        long maven = Long.parseLong(Files.readString(root.resolve("maven.pid")).strip());
        new ProcessBuilder("kill", "-" + signal, "" + stopped.pid()).start().waitFor();
        Outcome outcome = outcome(stopped);

        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.out()).isEmpty();
        await(() -> ProcessHandle.of(maven).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(lock).doesNotExist();
        assertThat(checkout.resolve(DRAFTS)).doesNotExist();
        maven(BUILDS);
        assertThat(run().out()).contains("io.millrace.broker.Main");
    }

    private static String built(String reason) {
        return "millrace: " + reason + "\nmillrace: compiling broker\n";
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
