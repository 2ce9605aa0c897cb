package io.millrace.broker.log;

import io.millrace.broker.config.log.LogOptions;

import org.slf4j.Logger;

import java.io.IOException;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * The log of one server. Holders keep it for the server's life; a reload changes what stands behind
 * it with {@link #reconfigure}.
 *
 * <p>Every method may be called by any thread. Text may hold anything a client sent: control
 * characters are escaped before they reach a line, so that nobody can forge one. Secrets are not
 * recognised here; see {@link Redaction}.
 *
 * <p>Whoever logs never waits for whoever reads: lines go through a {@link LogQueue}, and what
 * finds no room there is dropped and counted.
 */
public final class ServerLog implements AutoCloseable {
    private record Target(LogSink sink, boolean debug, boolean trace) {}

    private volatile Target target;
    private volatile Consumer<String> errors = _ -> {};
    private boolean closed;

    private ServerLog(Target target) {
        this.target = target;
    }

    /**
     * Opens the log that the options ask for. As in the reference a log file goes before a remote
     * syslog, that before the local one, and that before standard error.
     *
     * @param program the name the server was started under: the tag of its syslog lines
     * @throws IOException if the file or the syslog cannot be opened; the message is the
     *     reference's and fit for standard error
     */
    public static ServerLog open(LogOptions options, String program) throws IOException {
        return queued(LineWriters.open(options, program), options.debug(), options.trace());
    }

    /**
     * A log that writes to a sink of the caller's, on whatever thread logs; those that route and do
     * I/O are among them, so the sink must never block.
     */
    public static ServerLog to(LogSink sink, boolean debug, boolean trace) {
        return new ServerLog(new Target(sink, debug, trace));
    }

    /**
     * A log that writes to an embedding application's logger, whose own levels decide what is
     * written, from a thread of its own. Fatal lines are logged as errors.
     */
    public static ServerLog to(Logger logger) {
        return queued(new Slf4jWriter(logger), true, true);
    }

    private static ServerLog queued(LineWriter writer, boolean debug, boolean trace) {
        LogQueue queue = LogQueue.start(writer, Clock.systemUTC(), LogQueue.MAX_BYTES);
        return new ServerLog(new Target(queue, debug, trace));
    }

    /** A log that writes nothing. */
    public static ServerLog discarding() {
        return to((level, text) -> {}, false, false);
    }

    /** Logs a normal event. */
    public void info(String text) {
        target.sink().write(LogLevel.INFO, text);
    }

    /** Logs a detail if {@link #debugEnabled()}. */
    public void debug(String text) {
        Target now = target;
        if (now.debug()) {
            now.sink().write(LogLevel.DEBUG, text);
        }
    }

    /** Logs a warning. */
    public void warn(String text) {
        target.sink().write(LogLevel.WARN, text);
    }

    /** Logs an error. */
    public void error(String text) {
        target.sink().write(LogLevel.ERROR, text);
        errors.accept(text);
    }

    /** Has somebody hear of errors from here on, on whatever thread logs: it must not wait. */
    public void onError(Consumer<String> listener) {
        errors = listener;
    }

    /** Logs why the server cannot go on. Unlike the reference's, this does not end the process. */
    public void fatal(String text) {
        target.sink().write(LogLevel.FATAL, text);
    }

    /** Logs a protocol operation if {@link #traceEnabled()}. */
    public void trace(String text) {
        Target now = target;
        if (now.trace()) {
            now.sink().write(LogLevel.TRACE, text);
        }
    }

    /** Whether debug lines are written; ask before making a costly text. */
    public boolean debugEnabled() {
        Target now = target;
        return now.debug() && now.sink().wants(LogLevel.DEBUG);
    }

    /** Whether trace lines are written; ask before making any text on the way of a message. */
    public boolean traceEnabled() {
        Target now = target;
        return now.trace() && now.sink().wants(LogLevel.TRACE);
    }

    /** Writes debug and trace lines from here on, or doesn't, to the same log. */
    public synchronized void setLevels(boolean debug, boolean trace) {
        target = new Target(target.sink(), debug, trace);
    }

    /**
     * Puts the log the new options ask for in the place of the current one, which is closed; lines
     * that nobody has taken there go to the new one. If it cannot be opened the current one stays.
     *
     * @throws IOException as {@link #open} does
     */
    public void reconfigure(LogOptions options, String program) throws IOException {
        // A disk may make this wait; closing must not wait for it.
        LineWriter writer = LineWriters.open(options, program);
        if (!replace(writer, options)) {
            writer.close();
        }
    }

    private synchronized boolean replace(LineWriter writer, LogOptions options) {
        if (closed) {
            return false;
        }
        LogSink old = target.sink();
        LogQueue queue =
                old instanceof LogQueue before
                        ? before.replaceBy(writer)
                        : LogQueue.start(writer, Clock.systemUTC(), LogQueue.MAX_BYTES);
        target = new Target(queue, options.debug(), options.trace());
        if (!(old instanceof LogQueue)) {
            old.close();
        }
        return true;
    }

    /**
     * Reopens the log file, as {@code --signal reopen} asks; other logs say that they have none.
     */
    public void reopen() {
        target.sink().reopen();
    }

    /** Lines that were dropped so far because the log did not take them in time. */
    public long droppedLines() {
        return target.sink() instanceof LogQueue queue ? queue.droppedLines() : 0;
    }

    /**
     * Ends the log once what was logged before has been written, or after a second if nobody takes
     * it. Later lines are dropped.
     */
    @Override
    public void close() {
        LogSink last;
        synchronized (this) {
            closed = true;
            last = target.sink();
        }
        last.close();
    }
}
