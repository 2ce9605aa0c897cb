package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ProtocolError;

/**
 * A connection that this server has accepted and speaks first on, in the clear or behind TLS: what
 * the way into TLS tells it. On the I/O loop.
 */
public interface Greeted {
    /** What goes into the channel's pipeline. */
    Link link();

    /** Has the router take it in and greet it. */
    void open();

    /** Has the router take it in; it is greeted by {@link #greet} or {@link #secured}. */
    void openSilently();

    /** Has the router greet it. */
    void greet();

    /** Its handshake begins. */
    void handshakeBegins();

    /**
     * Its handshake failed, which ends the connection.
     *
     * @param probe whether it wasn't TLS at all, or nothing
     * @param inTheClear whether nothing was encrypted yet, so that the other side can be told
     */
    void handshakeFailed(String cause, boolean probe, boolean inTheClear);

    /** Its handshake is done: from now on it is as good as any. */
    void secured(TlsSession session);

    /** It is the other side's turn to speak. */
    void ready();

    /** Tells the other side that it can't stay. */
    void refuse(ProtocolError error, CloseReason why);

    /** Reads nothing until {@link #startReading}. */
    void holdReading();

    void startReading();
}
