package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;

/**
 * What one kind of connection says for itself: a client, a route. All that connections have in
 * common is their {@link Link}'s, which asks its kind only where kinds differ, and never for each
 * message. On the connection's I/O loop unless it says otherwise.
 */
interface LinkKind {
    /** The channel is open, and nothing stands in front of the connection any more. */
    void opened();

    /** See {@link Inbound.Listener#said}. */
    Inbound.Next said(int op, byte[] json);

    /** See {@link Inbound.Listener#speaksUnasked}. */
    boolean speaksUnasked();

    /** See {@link io.millrace.broker.routing.peer.FarEnd#reconfigure}. Routing thread. */
    void reconfigure();

    /** The connection is gone, and nothing of what was read waits: tells whoever must know. */
    void ended(CloseReason why);
}
