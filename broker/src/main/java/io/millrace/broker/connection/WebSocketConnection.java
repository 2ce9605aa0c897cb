package io.millrace.broker.connection;

import io.millrace.broker.routing.peer.TlsSession;
import io.netty.channel.ChannelHandler;

import org.jspecify.annotations.Nullable;

/**
 * A connection inside a WebSocket, of a client or a leaf node: one as any, with the frames before
 * its reading and behind its writing. Belongs to the channel's I/O loop.
 */
public final class WebSocketConnection {
    /** About what the frames take up on the heap for as long as it is open. */
    public static final int FRAMES_BYTES = 1024;

    private final Greeted connection;
    private final WebSocketWrites writes;

    /** Makes one that is yet to be put into the pipeline, and to {@link #begin}. */
    public WebSocketConnection(Greeted connection, WebSocketHandshake agreed) {
        this.connection = connection;
        writes = frames(connection.link(), agreed, false);
    }

    /**
     * Has a link read out of frames.
     *
     * @param dialed whether this server has opened the WebSocket
     * @return what puts into frames what the link writes
     */
    static WebSocketWrites frames(Link link, WebSocketHandshake agreed, boolean dialed) {
        WebSocketWrites writes = new WebSocketWrites(link.loop().inflaters(), agreed, dialed);
        WebSocketReads reads = new WebSocketReads(link, agreed, dialed, writes);
        if (dialed) {
            reads.trust();
        }
        link.unframeThrough(reads);
        return writes;
    }

    /** What goes into the channel's pipeline, behind {@link #writes}. */
    public Link link() {
        return connection.link();
    }

    /** What stands between the link and the channel, to put what is written into frames. */
    public ChannelHandler writes() {
        return writes;
    }

    /**
     * The WebSocket is open: the other side is greeted.
     *
     * @param session what it and the server agreed upon; null without TLS
     */
    public void begin(@Nullable TlsSession session) {
        if (session == null) {
            connection.open();
            connection.ready();
        } else {
            connection.openSilently();
            connection.handshakeBegins();
            connection.secured(session);
        }
    }
}
