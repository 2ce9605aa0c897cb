package io.millrace.broker.log;

/**
 * A place for log lines. Every method may be called by any thread; a line is written whole, and a
 * sink never throws because a line could not be written: the server must outlive its log.
 */
public interface LogSink {
    /**
     * Writes one line.
     *
     * @param level the level, already known to be wanted
     * @param text the text without tag, time and line end; may hold control characters, which the
     *     sink escapes
     */
    void write(LogLevel level, String text);

    /** Whether lines of this level go anywhere; asked before a costly text is made. */
    default boolean wants(LogLevel level) {
        return true;
    }

    /**
     * Closes and opens the file again so that it can be moved away by others, and logs the outcome.
     * Sinks without a file log that they ignored it, in the reference's words.
     */
    default void reopen() {
        write(LogLevel.INFO, "File log re-open ignored, not a file logger");
    }

    /** Ends the sink after what was written has left; later lines are dropped silently. */
    default void close() {}
}
