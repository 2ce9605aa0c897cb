package io.millrace.broker;

import java.io.IOException;

/** The port for gateways couldn't be bound; the message is the reference's. */
final class GatewayStartException extends IOException {
    private static final long serialVersionUID = 1L;

    GatewayStartException(int port, IOException cause) {
        super("Error listening on gateway port: " + port + " - " + cause.getMessage(), cause);
    }
}
