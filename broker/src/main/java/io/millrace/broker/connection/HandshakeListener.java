package io.millrace.broker.connection;

import io.millrace.broker.routing.peer.TlsSession;

/** Hears what becomes of a TLS handshake that comes before everything else. On the I/O loop. */
public interface HandshakeListener {
    /** It begins. */
    void handshakeBegins();

    /**
     * It failed, which ends the connection.
     *
     * @param cause for the log
     */
    void handshakeFailed(String cause);

    /** It is done: from now on the connection is as good as any. */
    void secured(TlsSession session);
}
