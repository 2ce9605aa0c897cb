package io.millrace.broker;

import java.io.IOException;

/** A port for other servers couldn't be bound; the message is the reference's. */
final class ClusterStartException extends IOException {
    private static final long serialVersionUID = 1L;

    ClusterStartException(int port, IOException cause) {
        this("router", port, cause);
    }

    private ClusterStartException(String kind, int port, IOException cause) {
        super("Error listening on " + kind + " port: " + port + " - " + cause.getMessage(), cause);
    }

    static ClusterStartException ofLeafNodes(int port, IOException cause) {
        return new ClusterStartException("leafnode", port, cause);
    }
}
