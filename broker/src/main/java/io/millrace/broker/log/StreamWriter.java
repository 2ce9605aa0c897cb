package io.millrace.broker.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Writes each line to a stream, normally standard error, in one unbuffered write.
 *
 * <p>Written directly rather than through Logback: on two cores without an AOT cache a Logback
 * context of our own with a console appender takes 24–52 ms until its first line and SLF4J's
 * initialisation with Logback another 60 ms, where some harnesses give a server 400 ms from exec to
 * listening.
 */
final class StreamWriter implements LineWriter {
    private static final int FILE_TYPE_MASK = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;

    private final OutputStream out;
    private final LineFormat format;

    StreamWriter(OutputStream out, LineFormat format) {
        this.out = out;
        this.format = format;
    }

    /** Standard error itself, whatever an embedding application made of {@code System.err}. */
    static OutputStream standardError() {
        return new FileOutputStream(FileDescriptor.err);
    }

    /** Whether standard error is a character device; the reference's test for colours. */
    static boolean standardErrorIsTerminal() {
        try {
            Object mode = Files.getAttribute(Path.of("/dev/stderr"), "unix:mode");
            return mode instanceof Integer bits && (bits & FILE_TYPE_MASK) == CHARACTER_DEVICE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public boolean write(Instant at, LogLevel level, String text) {
        try {
            out.write(format.encode(at, level, text));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
