package io.millrace.broker;

import java.io.IOException;

/** The monitoring server couldn't be started; the message is the reference's. */
final class MonitorStartException extends IOException {
    private static final long serialVersionUID = 1L;

    MonitorStartException(IOException cause) {
        super("Can't start monitoring: " + cause.getMessage(), cause);
    }
}
