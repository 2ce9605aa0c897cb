package io.millrace.broker.log;

import org.slf4j.Logger;

/** Hands lines to an embedding application's logger, which decides what becomes of them. */
record Slf4jSink(Logger logger) implements LogSink {
    @Override
    public void write(LogLevel level, String text) {
        String line = LineEscape.escape(text);
        switch (level) {
            case INFO -> logger.info(line);
            case DEBUG -> logger.debug(line);
            case WARN -> logger.warn(line);
            case ERROR, FATAL -> logger.error(line);
            case TRACE -> logger.trace(line);
        }
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
