package io.millrace.broker.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.auth.PasswordHash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

class MakePasswordTest {
    private record Outcome(int status, String out, String err) {}

    private static final PasswordSource NOTHING = piped("");

    @Test
    void shouldGenerateAPasswordByDefault() {
        Outcome outcome = run(NOTHING, "-c", "4");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .matches("pass: [a-zA-Z@#$%^&*()]{22}\nbcrypt hash: \\$2a\\$04\\$.{53}\n");
        String password = outcome.out().substring("pass: ".length(), "pass: ".length() + 22);
        assertThat(PasswordHash.matches(hash(outcome), password)).isTrue();
        assertThat(run(NOTHING, "-c", "4").out()).doesNotContain(password);
    }

    @Test
    void shouldUseCostElevenByDefault() {
        assertThat(run(NOTHING).out()).contains("bcrypt hash: $2a$11$");
    }

    @Test
    void shouldAskTwiceAndPrintOnlyTheHash() {
        Outcome outcome = run(typed("correct horse", "correct horse"), "-p", "-c", "4");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).isEqualTo("Enter Password: \nReenter Password: \n");
        assertThat(outcome.out()).matches("bcrypt hash: \\$2a\\$04\\$.{53}\n");
        assertThat(PasswordHash.matches(hash(outcome), "correct horse")).isTrue();
    }

    @Test
    void shouldRefuseTwoDifferentPasswords() {
        assertThat(run(typed("correct horse", "correct house"), "-p", "-c", "4"))
                .isEqualTo(
                        new Outcome(
                                1,
                                "",
                                "Enter Password: \nReenter Password: \n"
                                        + "mkpasswd: passwords do not match\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "123456789\n", "\r\n1234567890"})
    void shouldRefuseAShortPassword(String input) {
        assertThat(run(piped(input), "-p", "-c", "4"))
                .isEqualTo(
                        new Outcome(
                                1,
                                "",
                                "mkpasswd: password should be at least 10 characters long\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\nmore\n"})
    void shouldTakeTheFirstLineOfAPipe(String end) {
        Outcome outcome = run(piped("schlüssel 1" + end), "-p", "-c=4");

        assertThat(outcome.err()).isEmpty();
        assertThat(PasswordHash.matches(hash(outcome), "schlüssel 1")).isTrue();
    }

    @Test
    void shouldRefuseWhatBcryptWouldCut() {
        assertThat(run(piped("x".repeat(73)), "-p", "-c", "4"))
                .isEqualTo(new Outcome(1, "", "mkpasswd: password length exceeds 72 bytes\n"));
        assertThat(run(piped("x".repeat(100_000)), "-p", "-c", "4"))
                .isEqualTo(new Outcome(1, "", "mkpasswd: password is longer than 4096 bytes\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "-x, flag provided but not defined: -x",
        "-c, flag needs an argument: -c",
        "-c=x, 'invalid value \"x\" for flag -c: parse error'",
        "-c=3, bcrypt cost should be between 4 and 18",
        "-c=31, bcrypt cost should be between 4 and 18",
        "-p=maybe, 'invalid boolean value \"maybe\" for -p: parse error'",
        "secret, takes no arguments; use -p to be asked for the password",
    })
    void shouldShowTheUsageWhenItIsWrong(String argument, String message) {
        Outcome outcome = run(NOTHING, argument);

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith(
                        "mkpasswd: " + message + "\n\nUsage: millrace mkpasswd [-p] [-c cost]\n")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void shouldShowItsHelp(String flag) {
        Outcome outcome = run(NOTHING, flag);

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .startsWith("\nUsage: millrace mkpasswd")
                .contains("The cost, 4 to 18", "(default: 11)");
    }

    private static String hash(Outcome outcome) {
        return outcome.out().substring(outcome.out().indexOf("hash: ") + 6).strip();
    }

    private static PasswordSource piped(String input) {
        StandardInput lines =
                new StandardInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        return new PasswordSource() {
            @Override
            public boolean isTyped() {
                return false;
            }

            @Override
            public byte[] readLine() throws IOException {
                return lines.readLine();
            }
        };
    }

    private static PasswordSource typed(String... lines) {
        Iterator<String> next = List.of(lines).iterator();
        return new PasswordSource() {
            @Override
            public boolean isTyped() {
                return true;
            }

            @Override
            public byte[] readLine() {
                return next.next().getBytes(StandardCharsets.UTF_8);
            }
        };
    }

    private static Outcome run(PasswordSource source, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = new MakePassword(source, stream(out), stream(err)).execute(List.of(arguments));
        return new Outcome(
                status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
