package io.millrace.broker.connection;

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
}
