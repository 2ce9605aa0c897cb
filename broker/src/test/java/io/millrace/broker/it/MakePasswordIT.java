package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.auth.PasswordHash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code millrace mkpasswd} as a process: between pipes, as scripts use it, and at a terminal. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class MakePasswordIT {
    private record Outcome(int status, String out, String err) {}

    @Test
    void shouldHashWhatAScriptPipesIn() throws Exception {
        Outcome outcome = run("schlüssel 1\n", "-p", "-c", "4");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).matches("bcrypt hash: \\$2a\\$04\\$.{53}\n");
        String hash = outcome.out().substring("bcrypt hash: ".length()).strip();
        assertThat(PasswordHash.matches(hash, "schlüssel 1")).isTrue();
    }

    @Test
    void shouldGenerateAPassword() throws Exception {
        Outcome outcome = run("", "-c", "4");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).matches("pass: .{22}\nbcrypt hash: \\$2a\\$04\\$.{53}\n");
    }

    @Test
    void shouldEndWithItsStatus() throws Exception {
        assertThat(run("short\n", "-p"))
                .isEqualTo(
                        new Outcome(
                                1,
                                "",
                                "mkpasswd: password should be at least 10 characters long\n"));
        assertThat(run("", "--cost", "4").status()).isEqualTo(2);
    }

    @Test
    void shouldAskAtATerminalWithoutShowingWhatIsTyped() throws Exception {
        Path script = Path.of("/usr/bin/script");
        assumeTrue(Files.isExecutable(script), "nothing here makes a terminal");
        Process terminal =
                new ProcessBuilder(
                                script.toString(),
                                "--quiet",
                                "--return",
                                "--command",
                                "'" + ServerProcess.LAUNCHER + "' mkpasswd -p -c 4",
                                "/dev/null")
                        .start();
        try (OutputStream in = terminal.getOutputStream();
                InputStream out = terminal.getInputStream()) {
            String shown = readTo(out, "Enter Password: ");
            type(in, "schlüssel 1\n");
            shown += readTo(out, "Reenter Password: ");
            type(in, "schlüssel 1\n");
            shown += readTo(out, "bcrypt hash: ");
            String hash = readTo(out, "\n").strip();

            assertThat(shown).isEqualTo("Enter Password: \r\nReenter Password: \r\nbcrypt hash: ");
            assertThat(PasswordHash.matches(hash, "schlüssel 1")).isTrue();
            assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(terminal.exitValue()).isZero();
        } finally {
            terminal.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
    }

    private static void type(OutputStream in, String text) throws IOException {
        in.write(text.getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private static String readTo(InputStream out, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = out.read();
            assertThat(b).as("more after: %s", text).isNotNegative();
            text.append((char) b);
        }
        return text.toString();
    }

    private static Outcome run(String input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(ServerProcess.LAUNCHER.toString(), "mkpasswd"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It may have ended without reading.
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), out, err);
    }
}
