package io.millrace.broker.log;

import io.millrace.broker.config.LogOptions;

import org.slf4j.Logger;

import java.io.IOException;

/**
 * The log of one server. Holders keep it for the server's life; a reload changes what stands behind
 * it with {@link #reconfigure}.
 *
 * <p>Every method may be called by any thread. Text may hold anything a client sent: control
 * characters are escaped before they reach a line, so that nobody can forge one. Secrets are not
 * recognised here; see {@link Redaction}.
 */
public final class ServerLog implements AutoCloseable {
    private record Target(LogSink sink, boolean debug, boolean trace) {}

    private volatile Target target;

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
        return to(LogSinks.open(options, program), options.debug(), options.trace());
    }

    /** A log that writes to a sink of the caller's. */
    public static ServerLog to(LogSink sink, boolean debug, boolean trace) {
        return new ServerLog(new Target(sink, debug, trace));
    }

    /**
     * A log that writes to an embedding application's logger, whose own levels decide what is
     * written. Fatal lines are logged as errors.
     */
    public static ServerLog to(Logger logger) {
        return to(new Slf4jSink(logger), true, true);
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
     * Puts the log the new options ask for in the place of the current one, which is closed. If it
     * cannot be opened the current one stays.
     *
     * @throws IOException as {@link #open} does
     */
    public synchronized void reconfigure(LogOptions options, String program) throws IOException {
        Target old = target;
        LogSink sink = LogSinks.open(options, program);
        target = new Target(sink, options.debug(), options.trace());
        old.sink().close();
    }

    /**
     * Reopens the log file, as {@code --signal reopen} asks; other logs say that they have none.
     */
    public void reopen() {
        target.sink().reopen();
    }

    /** Ends the log once what was logged before has been written. Later lines are dropped. */
    @Override
    public synchronized void close() {
        target.sink().close();
    }
}
