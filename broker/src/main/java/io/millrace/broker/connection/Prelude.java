package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;
import io.netty.buffer.ByteBuf;

/**
 * What the bytes of a connection go through before they are parsed, where they aren't the
 * protocol's own as they come. On the connection's I/O loop.
 */
interface Prelude {
    /** Takes what was read; releases it. */
    void read(ByteBuf bytes);

    /** What was waiting for a stretch has got one. */
    void resumed();

    /** The other side is who it says, and is held to the limits of the link from here on. */
    default void trust() {}

    /** The connection is about to be closed, when all is sent. */
    default void closing(CloseReason why) {}

    /** Nothing more is read. */
    void release();
}
