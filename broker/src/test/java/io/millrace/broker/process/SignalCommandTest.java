package io.millrace.broker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

@DisabledOnOs(OS.WINDOWS)
class SignalCommandTest {
    private static final class Recording implements ServerProcesses {
        private final List<Long> running;
        private final List<String> sent = new ArrayList<>();

        private Recording(Long... running) {
            this.running = List.of(running);
        }

        @Override
        public List<Long> servers() {
            return running;
        }

        @Override
        public Optional<String> send(long pid, String signal) {
            sent.add(signal + ' ' + pid);
            return pid == 13 ? Optional.of("no such process") : Optional.empty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stop, KILL",
        "quit, INT",
        "term, TERM",
        "reopen, USR1",
        "reload, HUP",
        "ldm, USR2"
    })
    void shouldSendTheSignalOfEveryCommandToTheOnlyServer(String command, String signal)
            throws Exception {
        Recording processes = new Recording(77L);
        SignalCommand.parse(command).send(processes);

        assertThat(processes.sent).containsExactly(signal + " 77");
    }

    @Test
    void shouldSendToTheGivenPidWithoutLookingForServers() throws Exception {
        Recording processes = new Recording(1L, 2L, 3L);
        SignalCommand.parse("reload=4711").send(processes);

        assertThat(processes.sent).containsExactly("HUP 4711");
    }

    @Test
    void shouldSendToEveryServerThatThePatternMatches() throws Exception {
        Recording some = new Recording(120L, 127L, 13L, 912L);
        SignalCommand.parse("reload=12*").send(some);
        Recording all = new Recording(1L, 2L);
        SignalCommand.parse("reload=*").send(all);

        assertThat(some.sent).containsExactly("HUP 120", "HUP 127");
        assertThat(all.sent).containsExactly("HUP 1", "HUP 2");
    }

    @Test
    void shouldReadThePidFromAPidFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("nats.pid");
        PidFile.write(file, 4711);

        assertThat(SignalCommand.parse("ldm=" + file)).isEqualTo(new SignalCommand("ldm", "4711"));
        Files.writeString(file, "4712\n");
        assertThat(SignalCommand.parse("ldm=" + file)).isEqualTo(new SignalCommand("ldm", "4712"));
    }

    @Test
    void shouldListThePidsWhenMoreThanOneServerRuns() {
        assertRefused(
                "stop", new Recording(1L, 22L), "multiple nats-server processes running:\n1\n22");
    }

    @Test
    void shouldSayThatNoServerRuns() {
        assertRefused("stop", new Recording(), "no nats-server processes running");
        assertRefused("stop=*", new Recording(), "no nats-server processes running");
    }

    @Test
    void shouldRefuseAnUnknownCommand() {
        assertRefused(
                "halt=5",
                new Recording(),
                "unknown signal \"halt\"; it must be one of ldm, quit, reload, reopen, stop, term");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "12x", "0", "-1", "4711.0"})
    void shouldRefuseWhatIsNoPid(String pid) {
        assertRefused("stop=" + pid, new Recording(), "invalid pid: " + pid);
    }

    @Test
    void shouldNameEveryServerThatCouldNotBeSignalled() {
        assertRefused("ldm=1*", new Recording(11L, 13L), "\nsignal \"ldm\" 13: no such process");
    }

    @Test
    void shouldRefuseMoreThanOnePid() {
        assertThatExceptionOfType(SignalException.class)
                .isThrownBy(() -> SignalCommand.parse("stop=1=2"))
                .withMessage("invalid signal parameters: [2]");
    }

    @ParameterizedTest
    @CsvSource({"stop, 9", "term, 15", "quit, 2", "reload, 1", "reopen, 10", "ldm, 12"})
    void shouldReachAProcessOfThisMachine(String command, int number) throws Exception {
        // What whoever runs the tests has ignored, the child ignores as well.
        assumeThat(IgnoredSignals.ignored(Path.of("/proc/self/status")) & 1L << number - 1)
                .isZero();
        Process child = new ProcessBuilder("sleep", "60").start();
        SignalCommand.parse(command + '=' + child.pid()).send();

        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        if (Path.of("/proc").toFile().isDirectory()) {
            assertThat(child.exitValue()).isEqualTo(128 + number);
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchProcess() throws Exception {
        Process child = new ProcessBuilder("true").start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThatExceptionOfType(SignalException.class)
                .isThrownBy(() -> SignalCommand.parse("reload=" + child.pid()).send())
                .withMessage("\nsignal \"reload\" " + child.pid() + ": no such process");
    }

    @Test
    void shouldKnowServersByProgramOrMainClass() {
        String main = "io.millrace.broker.Main";
        assertThat(ServerProcesses.isServer("/usr/bin/nats-server", Stream.of("-js"))).isTrue();
        assertThat(ServerProcesses.isServer("millrace", Stream.of())).isTrue();
        assertThat(ServerProcesses.isServer("/jdk/bin/java", Stream.of("-cp", "a", main))).isTrue();
        assertThat(ServerProcesses.isServer("/jdk/bin/java", Stream.of("-jar", "x"))).isFalse();
        assertThat(ServerProcesses.isServer("/usr/bin/vi", Stream.of("nats-server"))).isFalse();
    }

    @Test
    void shouldFindRunningServersAmongTheProcessesOfThisMachine() throws IOException {
        Process child =
                new ProcessBuilder("sh", "-c", "read line", "io.millrace.broker.Main").start();
        try {
            assertThat(ServerProcesses.ofThisMachine().servers())
                    .contains(child.pid())
                    .doesNotContain(ProcessHandle.current().pid());
        } finally {
            child.destroy();
        }
    }

    private static void assertRefused(String value, Recording processes, String message) {
        assertThatExceptionOfType(SignalException.class)
                .isThrownBy(() -> SignalCommand.parse(value).send(processes))
                .withMessage(message);
    }
}
