package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.MemorySource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** No configuration exhausts stack, memory or patience; it is refused with its place. */
@Timeout(60)
class ConfigAbuseTest {
    private static final String TOO_LARGE =
            "configuration is larger than 8388608 characters, includes and variables counted";

    private final MemorySource source = new MemorySource();

    @TempDir Path folder;

    private List<String> errors(String content) {
        return errorsOf(source.file("c", content), "c");
    }

    private static List<String> errorsOf(ConfigSource source, String file) {
        return ConfigFile.read(source, file, new OptionsBuilder()).errors();
    }

    private List<String> errorsOfDisk(Path file) {
        return errorsOf(ConfigSource.ofSystem(Map.of()), file.toString());
    }

    @Test
    void shouldRefuseUnknownKey() {
        assertThat(errors("port: 1\n  prot: 2\n"))
                .containsExactly("c:2:3: unknown field \"prot\"; did you mean \"port\"?");
    }

    @Test
    void shouldRefuseVariableCycle() {
        source.variable("x", "[$y]").variable("y", "{a: $x}");
        assertThat(errors("port: $x"))
                .singleElement()
                .asString()
                .startsWith("c:1:7: ")
                .endsWith("variable reference cycle for 'x'");
    }

    @Test
    void shouldRefuseVariablesThatReferEndlessly() {
        for (int i = 0; i < 10_000; i++) {
            source.variable("v" + i, "$v" + (i + 1));
        }
        assertThat(errors("port: $v0"))
                .singleElement()
                .asString()
                .endsWith("variables refer to each other too deeply");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a {", "a: [", "a: [{b: "})
    void shouldRefuseMapsAndArraysThatAreTenThousandDeep(String opening) {
        assertThat(errors(opening + "[{b: [".repeat(10_000)))
                .singleElement()
                .asString()
                .matches("c:1:\\d+: Parse error: maps and arrays are nested more than 512 deep");
    }

    @Test
    void shouldRefuseMapsThatReferencesMakeTenThousandDeep() {
        String tower =
                IntStream.rangeClosed(1, 10_000)
                        .mapToObj(i -> "a" + i + " {b: $a" + (i - 1) + "}\n")
                        .collect(Collectors.joining());
        assertThat(errors("a0 {}\n" + tower))
                .containsExactly(
                        "c:513:10: Parse error: maps and arrays are nested more than 512 deep");
    }

    @Test
    void shouldRefuseMapsThatIncludesMakeTenThousandDeep() {
        for (int i = 0; i < 30; i++) {
            source.file("f" + i, "a {".repeat(400) + "include f" + (i + 1) + "\n}".repeat(400));
        }
        source.file("f30", "a: 1");
        assertThat(errors("include f0"))
                .containsExactly(
                        "f1:1:339: Parse error: maps and arrays are nested more than 512 deep");
    }

    @Test
    void shouldRefuseReferencesThatMultiply() {
        String laughs =
                IntStream.rangeClosed(1, 100)
                        .mapToObj(i -> "a" + i + ": [$a" + (i - 1) + ", $a" + (i - 1) + "]\n")
                        .collect(Collectors.joining());
        assertThat(errors("a0: ha\n" + laughs))
                .singleElement()
                .asString()
                .matches("c:\\d+:\\d+: Parse error: " + TOO_LARGE);
    }

    @Test
    void shouldRefuseVariablesThatMultiply() {
        for (int i = 0; i < 30; i++) {
            source.variable("v" + i, "[$v%1$d, $v%1$d]".formatted(i + 1));
        }
        source.variable("v30", "ha");
        assertThat(errors("a: $v0")).singleElement().asString().endsWith(TOO_LARGE);
    }

    @Test
    void shouldRefuseIncludesThatMultiply() {
        for (int i = 0; i < 30; i++) {
            source.file("f" + i, "include f%1$d\ninclude f%1$d\n".formatted(i + 1));
        }
        source.file("f30", "a: 1");
        assertThat(errors("include f0")).singleElement().asString().endsWith(TOO_LARGE);
    }

    @Test
    void shouldRefuseFileThatIncludesItself() throws Exception {
        Path file = folder.resolve("c.conf");
        Files.writeString(file, "port: 1\ninclude './c.conf'\n");
        assertThat(errorsOfDisk(file))
                .containsExactly(
                        file + ":2:9: Parse error: include cycle: './c.conf' includes itself");
        Path link = Files.createSymbolicLink(folder.resolve("d.conf"), file);
        Files.writeString(file, "include d.conf");
        assertThat(errorsOfDisk(link))
                .singleElement()
                .asString()
                .endsWith("include cycle: 'd.conf' includes itself");
    }

    @Test
    void shouldRefuseIncludesThatAreNoFiles() throws Exception {
        Path file = folder.resolve("c.conf");
        for (String name : List.of("nothing", ".", "\\x00")) {
            Files.writeString(file, "include \"" + name + "\"");
            assertThat(errorsOfDisk(file))
                    .singleElement()
                    .asString()
                    .startsWith(file + ":1:9: Parse error: error parsing include file '");
        }
    }

    @Test
    void shouldRefuseFileOfHundredMegabytes() throws Exception {
        Path file = folder.resolve("c.conf");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(100 * 1024 * 1024);
        }
        assertThat(errorsOfDisk(file)).containsExactly(file + " is larger than 8388608 bytes");
        assertThat(errorsOfDisk(Path.of("/dev/zero")))
                .containsExactly("/dev/zero is larger than 8388608 bytes");
    }

    @Test
    void shouldReadTheLargestFileInBoundedMemory() {
        String map = "{a 1},";
        String content = "x [" + map.repeat(ConfigSource.MAX_FILE_BYTES / map.length() - 1) + "]";
        assertThat(errors(content)).containsExactly("c:1:1: unknown field \"x\"");
    }

    @Test
    void shouldRefuseNumbersOfAnyLengthAtOnce() {
        String digits = "1".repeat(1_000_000);
        assertThat(errors("ping_interval: '" + digits + "'").getFirst())
                .startsWith("c:1:1: error parsing ping_interval: time: missing unit");
        assertThat(errors("ping_interval: " + digits).getFirst()).endsWith("is out of the range");
        assertThat(errors("ping_interval: " + digits + ".0").getFirst())
                .endsWith("is out of the range");
    }
}
