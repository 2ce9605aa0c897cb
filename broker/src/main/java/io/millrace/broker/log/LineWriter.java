package io.millrace.broker.log;

import java.time.Instant;

/**
 * Where lines end up: a stream, a file, a syslog, an application's logger. Called by one thread at
 * a time, that of a {@link LogQueue}, which has nothing else to do: each method may block for as
 * long as the receiver makes it.
 */
interface LineWriter {
    /**
     * Writes one line whole.
     *
     * @param at when it was logged
     * @param text the text without tag, time and line end; may hold control characters, which are
     *     escaped here
     * @return whether the receiver took it
     */
    boolean write(Instant at, LogLevel level, String text);

    /**
     * Closes and opens the file again so that it can be moved away by others, and writes the
     * outcome. Those without a file write that they ignored it, in the reference's words.
     *
     * @param at when that was asked for
     */
    default void reopen(Instant at) {
        write(at, LogLevel.INFO, "File log re-open ignored, not a file logger");
    }

    /** Whether lines of this level go anywhere; the one method that any thread may call. */
    default boolean wants(LogLevel level) {
        return true;
    }

    /** Whether an interrupt may end what it is waiting for, and does no harm. */
    default boolean isInterruptible() {
        return false;
    }

    /** Nothing is written any more. */
    default void close() {}
}
