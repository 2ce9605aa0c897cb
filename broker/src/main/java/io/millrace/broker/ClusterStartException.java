package io.millrace.broker;

import java.io.IOException;

/** The port for routes couldn't be bound; the message is the reference's. */
final class ClusterStartException extends IOException {
    private static final long serialVersionUID = 1L;

    ClusterStartException(int port, IOException cause) {
        super("Error listening on router port: " + port + " - " + cause.getMessage(), cause);
    }
}
