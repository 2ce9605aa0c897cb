package io.millrace.broker.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

import java.util.concurrent.Executor;

/**
 * All that a new route needs for TLS, whichever server has dialed. Immutable; a reload makes
 * another.
 *
 * @param accepting for servers that dial us
 * @param dialing for servers that we dial
 */
record RouteContext(TlsContext accepting, SslContext dialing) {
    /** What shakes hands with a server that has dialed. */
    SslHandler accept(ByteBufAllocator allocator, Executor worker) {
        return prepared(accepting.ssl().newHandler(allocator, worker));
    }

    /** What shakes hands with a server that we have dialed, under this name. */
    SslHandler dial(ByteBufAllocator allocator, String host, int port, Executor worker) {
        return prepared(dialing.newHandler(allocator, host, port, worker));
    }

    private SslHandler prepared(SslHandler ssl) {
        // There is one deadline, ours.
        ssl.setHandshakeTimeoutMillis(0);
        accepting.prepare(ssl.engine());
        return ssl;
    }
}
