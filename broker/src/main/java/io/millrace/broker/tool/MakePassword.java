package io.millrace.broker.tool;

import io.millrace.broker.auth.PasswordHash;
import io.millrace.broker.config.start.GoFlags;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code millrace mkpasswd}: makes a bcrypt hash for the configuration, of a new password or of one
 * that the user types or a script pipes in.
 *
 * <p>What it prints is what the reference's {@code mkpasswd} did; prompts go to standard error, so
 * that the hash alone can be taken from standard output.
 */
public final class MakePassword {
    private static final int FAILED = 1;

    /** Go ends so when a flag is wrong. */
    private static final int BAD_USAGE = 2;

    private static final int DEFAULT_COST = 11;

    /** In bytes, as in {@code nats server passwd}. */
    private static final int MIN_LENGTH = 10;

    private static final int GENERATED_LENGTH = 22;
    private static final String LETTERS =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@#$%^&*()";

    private static final String USAGE =
            """

            Usage: millrace mkpasswd [-p] [-c cost]

            Makes a bcrypt hash to be used as a password or token in a configuration file. Without -p,
            of a new random password, which it prints too.

                -p           Ask for the password, twice and without showing it. Where standard input
                             is no terminal, its first line is the password
                -c <cost>    The cost, %d to %d; each more doubles the time of a login (default: %d)
                -h, --help   Show this text
            """
                    .formatted(PasswordHash.MIN_COST, PasswordHash.MAX_COST, DEFAULT_COST);

    private final PasswordSource source;
    private final PrintStream out;
    private final PrintStream err;

    MakePassword(PasswordSource source, PrintStream out, PrintStream err) {
        this.source = source;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command with the process's own streams.
     *
     * @param arguments what follows {@code mkpasswd}
     * @return the exit status: 0, 1 if there is no hash, 2 if a flag is wrong
     */
    public static int run(List<String> arguments) {
        return new MakePassword(new StandardInput(System.in), System.out, System.err)
                .execute(arguments);
    }

    int execute(List<String> arguments) {
        GoFlags line;
        try {
            line = GoFlags.parse(arguments, Set.of("p", "h", "help"), Set.of("c"));
        } catch (GoFlags.BadFlagException e) {
            return badUsage(e.getMessage());
        }
        if (isOn(line, "h", "help")) {
            out.print(USAGE);
            return 0;
        }
        // The words themselves may be a password, so they aren't repeated.
        if (!line.words().isEmpty()) {
            return badUsage("takes no arguments; use -p to be asked for the password");
        }
        int cost;
        try {
            cost = cost(line);
        } catch (IllegalArgumentException e) {
            return badUsage(e.getMessage());
        }
        try {
            make(isOn(line, "p"), cost);
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            err.println("mkpasswd: " + e.getMessage());
            return FAILED;
        }
    }

    private int badUsage(String problem) {
        err.print("mkpasswd: " + problem + "\n" + USAGE);
        return BAD_USAGE;
    }

    private static boolean isOn(GoFlags line, String... names) {
        return line.last(names).equals("true");
    }

    private static int cost(GoFlags line) {
        String text = line.last("c");
        if (text.isEmpty()) {
            return DEFAULT_COST;
        }
        try {
            int cost = Integer.parseInt(text);
            if (cost >= PasswordHash.MIN_COST && cost <= PasswordHash.MAX_COST) {
                return cost;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "invalid value \"" + text + "\" for flag -c: parse error", e);
        }
        throw new IllegalArgumentException(
                "bcrypt cost should be between "
                        + PasswordHash.MIN_COST
                        + " and "
                        + PasswordHash.MAX_COST);
    }

    private void make(boolean ask, int cost) throws IOException {
        byte[] password = ask ? ask() : generate();
        if (password.length < MIN_LENGTH) {
            throw new IllegalArgumentException(
                    "password should be at least " + MIN_LENGTH + " characters long");
        }
        String hash = PasswordHash.of(password, cost);
        if (!ask) {
            out.println("pass: " + new String(password, StandardCharsets.US_ASCII));
        }
        out.println("bcrypt hash: " + hash);
    }

    private byte[] ask() throws IOException {
        if (!source.isTyped()) {
            return source.readLine();
        }
        byte[] first = prompt("Enter Password: ");
        byte[] second = prompt("Reenter Password: ");
        if (!Arrays.equals(first, second)) {
            throw new IllegalArgumentException("passwords do not match");
        }
        return first;
    }

    private byte[] prompt(String text) throws IOException {
        err.print(text);
        err.flush();
        byte[] line = source.readLine();
        err.println();
        return line;
    }

    private static byte[] generate() {
        SecureRandom random = new SecureRandom();
        byte[] password = new byte[GENERATED_LENGTH];
        for (int i = 0; i < password.length; i++) {
            password[i] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
        }
        return password;
    }
}
