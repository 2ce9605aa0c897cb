package io.millrace.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** In a JVM of its own: this one's handlers are the test runner's. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignalsTest {
    /** Prints the signals it gets; starts to listen when a line arrives on standard input. */
    static final class Listening {
        private Listening() {}

        public static void main(String[] arguments) throws IOException {
            Signals signals = Signals.install();
            System.out.println("installed");
            if (System.in.read() < 0) {
                return;
            }
            signals.deliverTo(
                    signal -> {
                        System.out.println(signal.description());
                        if (signal == ServerSignal.TERMINATE) {
                            Runtime.getRuntime().halt(0);
                        }
                    });
            System.out.println("listening");
            while (System.in.read() >= 0) {
                // until the test ends
            }
        }
    }

    @Test
    void shouldDeliverEverySignalAlsoThoseThatCameBeforeThereWasAHandler() throws Exception {
        Process child = start();
        try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("installed");
            // Not HUP: under nohup it is ignored until the server listens.
            send(child, "reopen");
            assertThat(child.isAlive()).isTrue();
            child.getOutputStream().write('\n');
            child.getOutputStream().flush();

            assertThat(output.readLine()).isIn("user defined signal 1", "listening");
            assertThat(output.readLine()).isIn("user defined signal 1", "listening");
            send(child, "reload");
            assertThat(output.readLine()).isEqualTo("hangup");
            send(child, "ldm");
            assertThat(output.readLine()).isEqualTo("user defined signal 2");
            send(child, "quit");
            assertThat(output.readLine()).isEqualTo("interrupt");
            send(child, "term");
            assertThat(output.readLine()).isEqualTo("terminated");
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldTakeSignalsThatNohupOrAShellHadIgnored() throws Exception {
        Process child = start("sh", "-c", "trap '' HUP INT; exec \"$0\" \"$@\"");
        try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("installed");
            child.getOutputStream().write('\n');
            child.getOutputStream().flush();
            assertThat(output.readLine()).isEqualTo("listening");

            send(child, "reload");
            assertThat(output.readLine()).isEqualTo("hangup");
            send(child, "quit");
            assertThat(output.readLine()).isEqualTo("interrupt");
        } finally {
            child.destroyForcibly();
        }
    }

    private static Process start(String... starter) throws IOException {
        List<String> command = new ArrayList<>(List.of(starter));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Listening.class.getName());
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void send(Process child, String command) throws Exception {
        SignalCommand.parse(command + '=' + child.pid()).send();
    }
}
