package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.MemorySource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the samples in {@code config/} tell the server is what the server understands. */
class SamplesTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolveSibling("config");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    @Test
    void shouldReadTheSampleConfiguration() throws Exception {
        assertThat(problems(read("millrace.conf"))).isEmpty();
    }

    @Test
    void shouldKnowEachKeyThatTheSampleConfigurationLeavesOut() throws Exception {
        String text = read("millrace.conf").replaceAll("(?m)^#(?! \\S)", "");

        assertThat(text).contains("\npid_file:", "\nlog_file:", "\nauthorization {", "\ntls {");
        assertThat(problems(text))
                .singleElement()
                .asString()
                .contains("open /etc/millrace/server-cert.pem");
    }

    @Test
    void shouldKnowEachKeyOfTheKubernetesConfiguration() throws Exception {
        Matcher block =
                Pattern.compile("millrace\\.conf: \\|\n((?:    .*\n|\n)+)")
                        .matcher(read("kubernetes.yaml"));

        assertThat(block.find()).isTrue();
        assertThat(block.group(1)).contains("http_port", "lame_duck_duration");
        assertThat(problems(block.group(1))).isEmpty();
    }

    /** As the official chart renders it; see {@code config/helm-values.yaml}. */
    @ParameterizedTest
    @ValueSource(strings = {"cluster.conf", "jetstream.conf"})
    void shouldKnowEachKeyThatTheHelmChartWrites(String file) throws Exception {
        String rendered = helm(file);
        MemorySource files =
                new MemorySource()
                        .file("/etc/nats-config/nats.conf", rendered)
                        .variable("SERVER_NAME", "nats-0");
        List<String> check = List.of("-t", "--config", "/etc/nats-config/nats.conf");

        assertThat(problems(rendered)).isEmpty();
        assertThat(new CommandLine("nats-server", "1").read(check, files, 2))
                .isInstanceOfSatisfying(
                        StartOutcome.Report.class,
                        report -> assertThat(report.exitStatus()).as(report.text()).isZero());
        assertThat(
                        Pattern.compile("(\\w+): << (\\S+) >>")
                                .matcher(read("helm-values.yaml"))
                                .results())
                .isNotEmpty()
                .allMatch(
                        each ->
                                rendered.contains(
                                        '"' + each.group(1) + "\": " + each.group(2) + ','));
    }

    private static String helm(String file) throws Exception {
        return Files.readString(
                Path.of(
                        SamplesTest.class
                                .getResource("/io/millrace/broker/config/helm/" + file)
                                .toURI()));
    }

    @Test
    void shouldFindTheCommandsOfTheSamples() throws Exception {
        assertThat(commands()).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldKnowEachFlagOfACommand(List<String> arguments) throws Exception {
        ConfigSource files =
                new MemorySource().file("/etc/millrace/millrace.conf", read("millrace.conf"));
        StartOutcome outcome = new CommandLine("nats-server", "1").read(arguments, files, 2);

        assertThat(outcome).isInstanceOfAny(StartOutcome.Run.class, StartOutcome.Signal.class);
    }

    /** The arguments of every command that a sample gives the server. */
    private static Stream<List<String>> commands() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        read("millrace.service")
                .lines()
                .filter(line -> line.startsWith("Exec"))
                .map(line -> List.of(line.split(" ")))
                .forEach(words -> commands.add(words.subList(1, words.size())));
        read("Dockerfile")
                .lines()
                .filter(line -> line.startsWith("CMD"))
                .forEach(line -> commands.add(quoted(line)));
        read("kubernetes.yaml")
                .lines()
                .filter(line -> line.strip().matches("(args|command): \\[.*]"))
                .map(SamplesTest::quoted)
                .map(
                        words ->
                                words.getFirst().startsWith("-")
                                        ? words
                                        : words.subList(1, words.size()))
                .forEach(commands::add);
        return commands.stream();
    }

    private static List<String> quoted(String line) {
        return QUOTED.matcher(line).results().map(match -> match.group(1)).toList();
    }

    private static String read(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }

    private static List<String> problems(String text) {
        MemorySource files =
                new MemorySource()
                        .file("sample", text)
                        .variable("POD_NAME", "millrace-0")
                        .variable("SERVER_NAME", "nats-0");
        ConfigFile read = ConfigFile.read(files, "sample", new OptionsBuilder());
        return Stream.concat(read.errors().stream(), read.warnings().stream()).toList();
    }
}
