package io.millrace.broker;

import java.io.IOException;

/** The port for WebSocket clients couldn't be bound; the message is the reference's. */
final class WebSocketStartException extends IOException {
    private static final long serialVersionUID = 1L;

    WebSocketStartException(IOException cause) {
        super("Unable to listen for websocket connections: " + cause.getMessage(), cause);
    }
}
