package io.millrace.broker.transport;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.FormattingTuple;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.MessageFormatter;

/**
 * Where Netty's log goes if this Netty is ours alone, moved to a package of ours in the jar for
 * embedding: nowhere, but for warnings and errors, which the JDK's logging gets. To look for a
 * logging framework takes a tenth of a start, and what Netty has to say at the lower levels is none
 * of the application's concern.
 */
final class OwnNettyLog extends InternalLoggerFactory {
    /** Nobody else's Netty has its classes there. */
    static final String OURS = "io.millrace.";

    private OwnNettyLog() {}

    /** Installs it if it concerns nobody else, before any other class of Netty is used. */
    static void install() {
        if (InternalLoggerFactory.class.getName().startsWith(OURS)) {
            InternalLoggerFactory.setDefaultFactory(new OwnNettyLog());
        }
    }

    @Override
    protected InternalLogger newInstance(String name) {
        return new Lines(name);
    }

    private static final class Lines extends AbstractInternalLogger {
        private static final long serialVersionUID = 1;

        Lines(String name) {
            super(name);
        }

        private void say(System.Logger.Level level, String text, Throwable cause) {
            System.getLogger(name()).log(level, text, cause);
        }

        /** The last value, too, may be a cause. */
        private void say(System.Logger.Level level, String format, Object... values) {
            FormattingTuple said = MessageFormatter.arrayFormat(format, values);
            say(level, said.getMessage(), said.getThrowable());
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public void trace(String text) {}

        @Override
        public void trace(String format, Object value) {}

        @Override
        public void trace(String format, Object one, Object other) {}

        @Override
        public void trace(String format, Object... values) {}

        @Override
        public void trace(String text, Throwable cause) {}

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public void debug(String text) {}

        @Override
        public void debug(String format, Object value) {}

        @Override
        public void debug(String format, Object one, Object other) {}

        @Override
        public void debug(String format, Object... values) {}

        @Override
        public void debug(String text, Throwable cause) {}

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public void info(String text) {}

        @Override
        public void info(String format, Object value) {}

        @Override
        public void info(String format, Object one, Object other) {}

        @Override
        public void info(String format, Object... values) {}

        @Override
        public void info(String text, Throwable cause) {}

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public void warn(String text) {
            say(System.Logger.Level.WARNING, text);
        }

        @Override
        public void warn(String format, Object value) {
            say(System.Logger.Level.WARNING, format, value);
        }

        @Override
        public void warn(String format, Object one, Object other) {
            say(System.Logger.Level.WARNING, format, one, other);
        }

        @Override
        public void warn(String format, Object... values) {
            say(System.Logger.Level.WARNING, format, values);
        }

        @Override
        public void warn(String text, Throwable cause) {
            say(System.Logger.Level.WARNING, text, cause);
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public void error(String text) {
            say(System.Logger.Level.ERROR, text);
        }

        @Override
        public void error(String format, Object value) {
            say(System.Logger.Level.ERROR, format, value);
        }

        @Override
        public void error(String format, Object one, Object other) {
            say(System.Logger.Level.ERROR, format, one, other);
        }

        @Override
        public void error(String format, Object... values) {
            say(System.Logger.Level.ERROR, format, values);
        }

        @Override
        public void error(String text, Throwable cause) {
            say(System.Logger.Level.ERROR, text, cause);
        }
    }
}
