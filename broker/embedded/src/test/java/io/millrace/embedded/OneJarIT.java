package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** The jar gets along with everybody: nothing beside it is seen, touched or asked for. */
@Timeout(120)
class OneJarIT {
    private static final Path JAR = Path.of(System.getProperty("millrace.embedded.jar"));
    private static final Path CLASSES = Path.of(System.getProperty("millrace.embedded.app"));
    private static final String MAIN = "io.millrace.embedded.app.Application";
    private static final String STORE = "store";

    @TempDir private Path folder;

    private record Ended(int status, String output, String errors) {}

    private Ended java(String... args) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(args));
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        // The application's JVM is told nothing by ours.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        try {
            int status = process.waitFor();
            return new Ended(status, Files.readString(output), Files.readString(errors));
        } finally {
            process.destroyForcibly();
        }
    }

    private static void assertQuiet(Ended ended) {
        assertThat(ended.errors()).isEmpty();
        assertThat(ended.output()).isEmpty();
        assertThat(ended.status()).isZero();
    }

    private String store() {
        return folder.resolve(STORE).toString();
    }

    @Test
    void shouldSayNothingInAJvmWithoutAFlag() throws Exception {
        assertQuiet(java("-cp", JAR + ":" + CLASSES, MAIN, store()));
    }

    @Test
    void shouldUseNativeCodeWhereItMay() throws Exception {
        assertQuiet(
                java(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        JAR + ":" + CLASSES,
                        MAIN,
                        store(),
                        "native"));
    }

    @Test
    void shouldLeaveNothingWithAnApplicationThatIsTakenDown() throws Exception {
        String main = "io.millrace.embedded.app.Redeployed";
        // What is held softly goes when memory is needed: here at once.
        String soft = "-XX:SoftRefLRUPolicyMSPerMB=0";
        assertQuiet(java(soft, "-cp", CLASSES.toString(), main, JAR.toString()));
        assertQuiet(
                java(
                        soft,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        CLASSES.toString(),
                        main,
                        JAR.toString()));
    }

    /** Two threads that initialize the same classes in another order would wait for each other. */
    @Test
    void shouldTouchNettyOnNoOtherThreadThanTheOneThatGetsItReady() throws Exception {
        Path log = folder.resolve("initialized");
        assertQuiet(
                java(
                        "-Xlog:class+init=info:file=" + log,
                        "-cp",
                        JAR + ":" + CLASSES,
                        "io.millrace.embedded.app.Once"));
        Pattern line = Pattern.compile("Initializing 'io/millrace/shaded/io/netty/.*by (.*)");
        List<Boolean> prepared =
                Files.readAllLines(log).stream()
                        .map(line::matcher)
                        .filter(Matcher::find)
                        .map(found -> found.group(1).contains("millrace-prepare"))
                        .toList();
        assertThat(prepared).contains(true, false);
        assertThat(prepared.indexOf(false)).isGreaterThan(prepared.lastIndexOf(true));
    }

    @Test
    void shouldBeAModule() throws Exception {
        Path sources = Files.createDirectories(folder.resolve("sources/app"));
        Files.writeString(
                folder.resolve("sources/module-info.java"),
                "module app { requires io.millrace.embedded; }");
        Files.writeString(
                sources.resolve("App.java"),
                """
                package app;

                import io.millrace.broker.NatsServer;

                public final class App {
                    public static void main(String[] args) throws Exception {
                        try (NatsServer server = NatsServer.builder().port(0).start()) {
                            if (server.clientCount() != 0) {
                                System.exit(1);
                            }
                        }
                    }
                }
                """);
        Path classes = folder.resolve("classes");
        int compiled =
                ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(
                                System.out,
                                System.err,
                                "-Xlint:all,-requires-automatic,-requires-transitive-automatic",
                                "-Werror",
                                "-cp",
                                folder.toString(),
                                "-p",
                                JAR.toString(),
                                "-d",
                                classes.toString(),
                                sources.resolve("App.java").toString(),
                                folder.resolve("sources/module-info.java").toString());
        assertThat(compiled).isZero();
        assertQuiet(java("-p", JAR + ":" + classes, "-m", "app/app.App"));
        assertQuiet(
                java(
                        "--enable-native-access=io.millrace.embedded",
                        "-p",
                        JAR + ":" + classes,
                        "-m",
                        "app/app.App"));
    }

    @Test
    void shouldHaveNothingThatOthersMayHave() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(JarEntry::getName))
                    .allMatch(
                            name ->
                                    name.startsWith("META-INF/")
                                            || name.equals("module-info.class")
                                            || "io/millrace/".startsWith(name)
                                            || name.startsWith("io/millrace/broker/")
                                            || name.startsWith("io/millrace/protocol/")
                                            || name.startsWith("io/millrace/shaded/"))
                    .noneMatch(name -> name.startsWith("META-INF/services/"));
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue(Attributes.Name.CLASS_PATH)).isNull();
            assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
        }
    }

    @Test
    void shouldKnowWhichClassesAStartNeeds() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile());
                InputStream list =
                        jar.getInputStream(jar.getEntry("io/millrace/broker/start-classes"))) {
            List<String> names =
                    new String(list.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
            assertThat(names)
                    .doesNotHaveDuplicates()
                    .contains("io.millrace.broker.NatsServer", "io.millrace.broker.Closing")
                    .allMatch(name -> jar.getEntry(name.replace('.', '/') + ".class") != null);
        }
    }
}
