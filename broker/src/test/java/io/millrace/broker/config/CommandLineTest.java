package io.millrace.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class CommandLineTest {
    private static StartOutcome read(String... arguments) {
        return new CommandLine("nats-server", "2.15.2 (Millrace 1)")
                .read(List.of(arguments), ConfigSource.ofSystem(Map.of()), 2);
    }

    private static Options options(String... arguments) {
        return ((StartOutcome.Run) read(arguments)).options();
    }

    private static String report(String... arguments) {
        return ((StartOutcome.Report) read(arguments)).text();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-p 4333", "-p=4333", "--p 4333", "-port 4333", "--port=4333"})
    void shouldTakeFlagsInEveryFormOfGo(String line) {
        assertThat(options(line.split(" ")).listen().port()).isEqualTo(4333);
    }

    @Test
    void shouldTakeBooleansAloneOrWithEquals() {
        assertThat(options("-D").log().debug()).isTrue();
        assertThat(options("-D=false").log().debug()).isFalse();
        assertThat(options("-DV").log().trace()).isTrue();
        assertThat(options("-DVV").log().traceVerbose()).isTrue();
        assertThat(options("-T=false").log().time()).isFalse();
        assertThat(report("-D", "false")).isEqualTo("nats-server: unrecognized command: \"false\"");
    }

    @Test
    void shouldRefuseFlagsOfFeaturesThatAreNotBuilt() {
        assertThat(report("-js"))
                .isEqualTo("nats-server: flag -js is not supported by Millrace yet");
        assertThat(report("-m", "8222"))
                .isEqualTo("nats-server: flag -m is not supported by Millrace yet");
        assertThat(options("-js=false", "--tls=false").listen().port()).isEqualTo(4222);
    }

    @Test
    void shouldRefuseUnknownFlagsAndBadValues() {
        assertThat(report("-bogus")).startsWith("flag provided but not defined: -bogus\n");
        assertThat(report("-p")).startsWith("flag needs an argument: -p\n");
        assertThat(report("-p", "x"))
                .isEqualTo("nats-server: invalid value \"x\" for flag -p: parse error");
        assertThat(report("--threading", "fast")).contains("auto, inline or dedicated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v", "--version", "version"})
    void shouldShowVersion(String flag) {
        assertThat(read(flag))
                .isEqualTo(new StartOutcome.Print("nats-server: v2.15.2 (Millrace 1)"));
    }

    @Test
    void shouldOverrideFileFromCommandLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("c.conf"), "port: 1\nmax_payload: 5\n");
        Options options = options("-c", file.toString(), "-p", "2");
        assertThat(options.listen().port()).isEqualTo(2);
        assertThat(options.limits().maxPayloadBytes()).isEqualTo(5);
        assertThat(read("-t", "-c", file.toString()))
                .isInstanceOfSatisfying(
                        StartOutcome.Report.class,
                        report -> {
                            assertThat(report.exitStatus()).isZero();
                            assertThat(report.text()).contains(" is valid (sha256:");
                        });
    }

    @Test
    void shouldPassSignalsOn() {
        assertThat(read("--signal", "ldm=12")).isEqualTo(new StartOutcome.Signal("ldm=12"));
    }

    @Test
    void shouldChooseThreadingByCores() {
        OptionsBuilder options = new OptionsBuilder();
        assertThat(options.conclude(3).threading())
                .isEqualTo(new ThreadingOptions(ThreadingOptions.Mode.INLINE, 1));
        assertThat(options.conclude(8).threading())
                .isEqualTo(new ThreadingOptions(ThreadingOptions.Mode.DEDICATED, 4));
    }
}
