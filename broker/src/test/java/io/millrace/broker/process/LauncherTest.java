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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Runs {@code bin/millrace} with JDKs and distributions that are only shell scripts and names. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class LauncherTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolve("bin/millrace");
    private static final Path FIND_JAVA = LAUNCHER.resolveSibling("find-java.sh");
    private static final String PRINT_ARGUMENTS = "echo java $0; printf '%s\\n' \"$@\"";

    private static final String CACHE = "millrace-4712-No_body-25.0.1_x.aot";

    private record Outcome(int status, List<String> out, String err) {}

    @TempDir private Path temp;
    private Path root = Path.of("");
    private Path dist = Path.of("");

    @BeforeEach
    void makeDistributionAndJdk() throws IOException {
        root = temp.toRealPath();
        dist = root.resolve("dist");
        makeDistribution(dist);
        makeJdk("jdk-25", "25.0.1", PRINT_ARGUMENTS);
    }

    @Test
    void shouldBecomeTheJvmWithOptionsClassPathAndArguments() throws Exception {
        Outcome outcome = run(dist.resolve("bin/millrace"), "-p", "-1", "-c", "my file.conf", "");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .containsExactly(
                        "java " + root.resolve("jdk-25/bin/java"),
                        "@" + dist.resolve("config/jvm.options"),
                        "-Djava.library.path="
                                + dist.resolve("lib")
                                + ":/usr/java/packages/lib:/usr/lib64:/lib64:/lib:/usr/lib",
                        "-Dmillrace.program=millrace",
                        "-cp",
                        dist.resolve("lib/millrace-broker.jar").toString(),
                        "io.millrace.broker.Main",
                        "-p",
                        "-1",
                        "-c",
                        "my file.conf",
                        "");
    }

    @Test
    void shouldBeTheProcessThatWasStarted() throws Exception {
        makeJdk("jdk-25", "25.0.1", "echo $$; exit 7");
        Process process = start(dist.resolve("bin/millrace"), Map.of());
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(out.strip()).isEqualTo(Long.toString(process.pid()));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(7);
    }

    @Test
    void shouldTellTheNameOfTheLinkItIsStartedUnder() throws Exception {
        Path links = Files.createDirectory(root.resolve("links"));
        Files.createSymbolicLink(links.resolve("hop"), Path.of("../dist/bin/millrace"));
        Path link = Files.createSymbolicLink(links.resolve("nats-server"), Path.of("hop"));
        Outcome outcome = run(link);

        assertThat(outcome.out())
                .contains(
                        "-Dmillrace.program=nats-server",
                        "@" + dist.resolve("config/jvm.options"),
                        dist.resolve("lib/millrace-broker.jar").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin/millrace", "./bin/millrace", "lib/../bin/./millrace"})
    void shouldFindItsFilesFromARelativePath(String launcher) throws Exception {
        Outcome outcome = run(Path.of("sh"), launcher);

        assertThat(outcome.out()).contains(dist.resolve("lib/millrace-broker.jar").toString());
    }

    @Test
    void shouldWorkInAFolderWithBlanks() throws Exception {
        Path blanks = root.resolve("a b  c");
        makeDistribution(blanks);
        Outcome outcome = run(blanks.resolve("bin/millrace"), "x");

        assertThat(outcome.out()).contains(blanks.resolve("lib/millrace-broker.jar").toString());
    }

    @Test
    void shouldUseTheAotCacheOfItsJarsAndJdkAndSilenceComplaintsAboutIt() throws Exception {
        Path cache = makeCache();
        Outcome outcome = run(dist.resolve("bin/millrace"));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .containsSubsequence(
                        "-XX:AOTCache=" + cache,
                        "-XX:AOTMode=auto",
                        "-Xlog:aot=off,cds=off",
                        "io.millrace.broker.Main");
    }

    @Test
    void shouldUseNoAotCacheWhenToldSo() throws Exception {
        makeCache();
        Outcome outcome = run(Map.of("MILLRACE_AOT", "off"), dist.resolve("bin/millrace"));

        assertThat(outcome.out()).noneMatch(argument -> argument.contains("AOT"));
    }

    @Test
    void shouldMakeAnAotCacheForAnotherJdkInTheBackgroundOfTheFirstStart() throws Exception {
        Path cache = makeCache();
        Path older = Files.createFile(dist.resolve("lib/millrace-4711-Nobody-25.0.1_1.aot"));
        String trains =
                "case \"$*\" in *TrainingRun*) for a; do case $a in -XX:AOTCacheOutput=*)"
                        + " echo trained >\"${a#*=}\"; esac; done;; *) printf '%s\\n' \"$@\";; esac";
        Path other = makeJdk("jdk-26", "26", trains);
        Map<String, String> home = Map.of("JAVA_HOME", other.toString());
        Outcome first = run(home, dist.resolve("bin/millrace"));

        assertThat(first.err()).isEmpty();
        assertThat(first.out())
                .contains("io.millrace.broker.Main")
                .noneMatch(argument -> argument.contains("AOT"));
        Path made = dist.resolve("lib/millrace-4712-No_body-26_x.aot");
        await(() -> Files.exists(made) && Files.notExists(Path.of(made + ".lock")));
        assertThat(made).hasContent("trained");
        assertThat(cache).exists();
        assertThat(older).doesNotExist();
        assertThat(run(home, dist.resolve("bin/millrace")).out()).contains("-XX:AOTCache=" + made);
    }

    @Test
    void shouldNotMakeAnAotCacheTwiceAtATime() throws Exception {
        makeCache();
        Path other = makeJdk("jdk-26", "26", "echo never");
        Path lock = dist.resolve("lib/millrace-4712-No_body-26_x.aot.lock");
        Files.writeString(lock, ProcessHandle.current().pid() + "\n");
        Outcome outcome = run(Map.of("JAVA_HOME", other.toString()), dist.resolve("bin/aot-cache"));

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("it is being made already");
        assertThat(lock).exists();
    }

    @Test
    void shouldMakeTheAotCacheWhenItsLastMakerDied() throws Exception {
        makeCache();
        Path other = makeJdk("jdk-26", "26", "touch \"${2#*=}\"");
        Process dead = new ProcessBuilder("true").start();
        assertThat(dead.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Path cache = dist.resolve("lib/millrace-4712-No_body-26_x.aot");
        Files.writeString(Path.of(cache + ".lock"), dead.pid() + "\n");
        Outcome outcome = run(Map.of("JAVA_HOME", other.toString()), dist.resolve("bin/aot-cache"));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(cache).exists();
        assertThat(Path.of(cache + ".lock")).doesNotExist();
    }

    @Test
    void shouldLeaveNothingBehindWhenTheAotCacheCannotBeMade() throws Exception {
        makeCache();
        Path other = makeJdk("jdk-26", "26", "touch \"${2#*=}\"; exit 3");
        Outcome outcome = run(Map.of("JAVA_HOME", other.toString()), dist.resolve("bin/aot-cache"));

        assertThat(outcome.status()).isEqualTo(3);
        try (Stream<Path> files = Files.list(dist.resolve("lib"))) {
            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("build-id", "millrace-broker.jar", CACHE);
        }
    }

    @Test
    void shouldPutTheFlagsOfTheEnvironmentAfterOurs() throws Exception {
        makeCache();
        Outcome outcome =
                run(Map.of("MILLRACE_JAVA_OPTS", " -Xmx1g  -Dx=* "), dist.resolve("bin/millrace"));

        assertThat(outcome.out())
                .containsSubsequence(
                        "@" + dist.resolve("config/jvm.options"),
                        "-XX:AOTMode=auto",
                        "-Xmx1g",
                        "-Dx=*",
                        "io.millrace.broker.Main");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseZGC", "-Xmx1g -XX:+UseParallelGC -Dx=y"})
    void shouldLeaveTheCollectorToWhoChoosesOne(String options) throws Exception {
        Files.writeString(
                dist.resolve("config/jvm.options"),
                "# a reason\n-XX:+UseSerialGC\n\n-Xms32m\n-Xmn8m\n");
        Outcome outcome =
                run(Map.of("MILLRACE_JAVA_OPTS", options), dist.resolve("bin/millrace"), "a  b");

        assertThat(outcome.out())
                .doesNotContain("-XX:+UseSerialGC", "-Xmn8m")
                .noneMatch(argument -> argument.startsWith("@"))
                .startsWith("java " + root.resolve("jdk-25/bin/java"), "-Xms32m")
                .containsSubsequence(options.split(" "))
                .endsWith("io.millrace.broker.Main", "a  b");
    }

    @Test
    void shouldTakeTheRuntimeThatComesWithTheDistribution() throws Exception {
        makeJdk("dist/runtime", "25.0.1", PRINT_ARGUMENTS);
        Files.writeString(dist.resolve("lib/build-id"), "4712\n");
        Path cache = Files.createFile(dist.resolve("lib/millrace-4712-runtime.aot"));
        Outcome outcome = run(dist.resolve("bin/millrace"));

        assertThat(outcome.out())
                .startsWith("java " + dist.resolve("runtime/bin/java"))
                .contains("-XX:AOTCache=" + cache);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "17.0.9", "24", "junk"})
    void shouldPassOverAJavaHomeThatIsTooOld(String version) throws Exception {
        Path old = makeJdk("old", version, "echo old");
        Path onPath = makeJdk("newer", "26-ea", PRINT_ARGUMENTS);
        Outcome outcome =
                run(
                        Map.of("JAVA_HOME", old.toString(), "PATH", path(onPath.resolve("bin"))),
                        dist.resolve("bin/millrace"));

        assertThat(outcome.out()).contains("java " + onPath.resolve("bin/java"));
    }

    @Test
    void shouldFollowTheLinksOfTheJavaOnThePath() throws Exception {
        Path jdk = makeJdk("real", "25", PRINT_ARGUMENTS);
        Path bin = Files.createDirectory(root.resolve("links"));
        Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
        Outcome outcome =
                run(Map.of("JAVA_HOME", "", "PATH", path(bin)), dist.resolve("bin/millrace"));

        assertThat(outcome.out()).contains("java " + jdk.resolve("bin/java"));
    }

    @Test
    void shouldLookIntoTheUsualPlaces() throws Exception {
        requireJava(99);
        Path jdk = makeJdk("home/.sdkman/candidates/java/99.0.1-tem", "99.0.1", PRINT_ARGUMENTS);
        Outcome outcome =
                run(Map.of("HOME", root.resolve("home").toString()), dist.resolve("bin/millrace"));

        assertThat(outcome.out()).contains("java " + jdk.resolve("bin/java"));
    }

    @Test
    void shouldSayWhatToInstallWhenThereIsNoJava() throws Exception {
        requireJava(99);
        Outcome outcome = run(dist.resolve("bin/millrace"));

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith("millrace: needs Java 99 or later")
                .contains("Install a JDK 99", "JAVA_HOME")
                .endsWith("\n");
    }

    @Test
    void shouldRefuseAnIncompleteInstallation() throws Exception {
        Files.delete(dist.resolve("lib/millrace-broker.jar"));
        Outcome outcome = run(dist.resolve("bin/millrace"));

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("no lib/millrace-broker.jar");
    }

    private static void makeDistribution(Path dist) throws IOException {
        Files.createDirectories(dist.resolve("bin"));
        Files.createDirectories(dist.resolve("lib"));
        Files.createDirectories(dist.resolve("config"));
        Files.copy(LAUNCHER, dist.resolve("bin/millrace"));
        Files.copy(FIND_JAVA, dist.resolve("bin/find-java.sh"));
        Files.copy(LAUNCHER.resolveSibling("aot-cache"), dist.resolve("bin/aot-cache"));
        Files.createFile(dist.resolve("lib/millrace-broker.jar"));
        Files.createFile(dist.resolve("config/jvm.options"));
    }

    /** The AOT cache that the build would make with jdk-25. */
    private Path makeCache() throws IOException {
        Files.writeString(dist.resolve("lib/build-id"), "4712\n");
        return Files.createFile(dist.resolve("lib").resolve(CACHE));
    }

    /** Waits for a condition, at most until the time limit of the test. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).as("out of time").isFalse();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private Path makeJdk(String name, String version, String java) throws IOException {
        Path jdk = root.resolve(name);
        script(jdk.resolve("bin/java"), java);
        Files.writeString(
                jdk.resolve("release"),
                "IMPLEMENTOR=\"No body\"\nJAVA_VERSION=\"%1$s\"\nJAVA_RUNTIME_VERSION=\"%1$s/x\"\nOS=\"x\"\n"
                        .formatted(version));
        return jdk;
    }

    /** A copy of the launcher that no JDK of this machine can please. */
    private void requireJava(int version) throws IOException {
        Path find = dist.resolve("bin/find-java.sh");
        String text = Files.readString(find);
        assertThat(text).contains("least_java=25\n");
        Files.writeString(find, text.replace("least_java=25\n", "least_java=" + version + "\n"));
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String path(Path first) {
        return first + ":/usr/bin:/bin";
    }

    private Outcome run(Path command, String... arguments) throws Exception {
        return run(Map.of(), command, arguments);
    }

    private Outcome run(Map<String, String> environment, Path command, String... arguments)
            throws Exception {
        Process process = start(command, environment, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), out.isEmpty() ? List.of() : lines(out), err);
    }

    private static List<String> lines(String out) {
        return List.of(out.substring(0, out.length() - 1).split("\n", -1));
    }

    private Process start(Path command, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).directory(dist.toFile());
        builder.environment().remove("MILLRACE_JAVA_OPTS");
        builder.environment().remove("MILLRACE_AOT");
        builder.environment().put("JAVA_HOME", root.resolve("jdk-25").toString());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
