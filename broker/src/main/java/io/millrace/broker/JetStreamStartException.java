package io.millrace.broker;

import java.io.IOException;

/**
 * JetStream couldn't be started, so neither can the server; the message begins as the reference's.
 */
final class JetStreamStartException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * With the reason.
     *
     * @param why such as that the folder is somebody else's, a sentence without its full stop
     */
    JetStreamStartException(String why) {
        super("Can't start JetStream: " + why);
    }

    JetStreamStartException(IOException cause) {
        super("Can't start JetStream: " + cause.getMessage(), cause);
    }
}
