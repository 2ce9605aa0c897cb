package io.millrace.broker.tool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Standard input: a pipe or a file, or a terminal that doesn't echo.
 *
 * <p>The echo is switched off by {@code stty} rather than by {@link java.io.Console}, which there
 * is only if standard output is a terminal too, and not in {@code hash=$(millrace mkpasswd -p)};
 * and which reads letters in the locale's encoding, while a hash is made of what the terminal
 * sends.
 */
final class StandardInput implements PasswordSource {
    /** Much more than bcrypt takes; the control line of a client is shorter. */
    private static final int MAX_LINE_BYTES = 4096;

    private final InputStream in;

    StandardInput(InputStream in) {
        this.in = in;
    }

    /** Switches the echo off, until the JVM ends, if standard input is a terminal. */
    @Override
    public boolean isTyped() throws IOException {
        if (!stty("-echo")) {
            return false;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(StandardInput::echo, "millrace-echo"));
        return true;
    }

    private static void echo() {
        try {
            stty("echo");
        } catch (IOException e) {
            System.err.println("mkpasswd: could not switch the echo on again: " + e.getMessage());
        }
    }

    /** Whether it could be done, which is only so with a terminal. */
    private static boolean stty(String setting) throws IOException {
        Process stty =
                new ProcessBuilder("stty", setting)
                        .redirectInput(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return stty.onExit().join().exitValue() == 0;
    }

    @Override
    public byte[] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        while (b >= 0 && b != '\n') {
            if (b != '\r') {
                line.write(b);
            }
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("password is longer than " + MAX_LINE_BYTES + " bytes");
            }
            b = in.read();
        }
        return line.toByteArray();
    }
}
