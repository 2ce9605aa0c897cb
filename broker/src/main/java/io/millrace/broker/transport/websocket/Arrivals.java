package io.millrace.broker.transport.websocket;

import io.millrace.broker.connection.WebSocketHandshake;
import io.millrace.broker.routing.peer.TlsSession;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

/** Takes over WebSockets that have just been opened. On the channel's I/O loop. */
@FunctionalInterface
public interface Arrivals {
    /**
     * Takes one over: fills its pipeline, in which nothing is left but TLS.
     *
     * @param whom whom it was opened for
     * @param session what was agreed upon when it was secured; null without TLS
     */
    void arrived(
            Channel channel,
            Destination whom,
            WebSocketHandshake agreed,
            @Nullable TlsSession session);
}
