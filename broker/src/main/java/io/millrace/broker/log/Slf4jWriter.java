package io.millrace.broker.log;

import org.slf4j.Logger;

import java.time.Instant;

/**
 * Hands lines to an embedding application's logger, which decides what becomes of them, and puts
 * its own time to them.
 */
record Slf4jWriter(Logger logger) implements LineWriter {
    @Override
    public boolean write(Instant at, LogLevel level, String text) {
        String line = LineEscape.escape(text);
        switch (level) {
            case INFO -> logger.info(line);
            case DEBUG -> logger.debug(line);
            case WARN -> logger.warn(line);
            case ERROR, FATAL -> logger.error(line);
            case TRACE -> logger.trace(line);
        }
        return true;
    }

    @Override
    public boolean wants(LogLevel level) {
        return switch (level) {
            case INFO -> logger.isInfoEnabled();
            case DEBUG -> logger.isDebugEnabled();
            case WARN -> logger.isWarnEnabled();
            case ERROR, FATAL -> logger.isErrorEnabled();
            case TRACE -> logger.isTraceEnabled();
        };
    }
}
