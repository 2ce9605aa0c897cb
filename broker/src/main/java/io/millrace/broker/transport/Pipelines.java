package io.millrace.broker.transport;

import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.config.listen.DialTarget;
import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.connection.LeafConnection;
import io.millrace.broker.connection.Link;
import io.millrace.broker.transport.proxy.ProxyEntry;
import io.millrace.broker.transport.tls.LinkTls;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.broker.transport.tls.TlsEntry;
import io.millrace.broker.transport.tls.TlsFirstEntry;
import io.millrace.broker.transport.websocket.Opening;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

import org.jspecify.annotations.Nullable;

/**
 * What a channel's pipeline is made of: just the connection, and what TLS puts in front of it. On
 * the channel's loop.
 */
public final class Pipelines {
    /** What one read may take; the connection's allocator has its own idea where it may. */
    private static final int READ_BYTES = 64 * 1024;

    /** Full reads in a row before the loop looks at its other channels. */
    public static final int READS_IN_A_ROW = 4;

    private final EventLoops loops;

    public Pipelines(EventLoops loops) {
        this.loops = loops;
    }

    static RecvByteBufAllocator reads() {
        return new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(READS_IN_A_ROW);
    }

    /**
     * Fills the pipeline of a client's channel.
     *
     * @param proxied whether a proxy may say first for whom it connects
     * @param tls what clients may or must use; null where there is no TLS
     */
    public void fill(
            Channel channel,
            ClientConnection connection,
            boolean proxied,
            @Nullable TlsContexts tls) {
        boolean direct = loops.readsIntoDirectBuffers();
        if (proxied) {
            channel.pipeline().addLast(new ProxyEntry(connection, tls != null, direct));
        }
        if (tls != null) {
            channel.pipeline().addLast(new TlsEntry(connection, tls, direct));
        } else if (direct && !proxied) {
            channel.config().setAllocator(connection.link().allocator());
        }
        channel.pipeline().addLast(connection.link());
    }

    /**
     * Fills the pipeline of a channel that was accepted from a leaf node.
     *
     * @param tls what it must use; null where there is no TLS
     */
    public void fill(Channel channel, LeafConnection connection, @Nullable TlsContexts tls) {
        boolean direct = loops.readsIntoDirectBuffers();
        if (tls != null) {
            channel.pipeline().addLast(new TlsEntry(connection, tls, direct));
        } else if (direct) {
            channel.config().setAllocator(connection.link().allocator());
        }
        channel.pipeline().addLast(connection.writes(), connection.link());
    }

    /**
     * Fills the pipeline of a channel that was dialed to be a leaf node by WebSocket.
     *
     * @param url where it leads in the end
     * @param tls what comes first; null where there is no TLS
     * @param opening opens the WebSocket, behind that
     */
    public void fill(
            Channel channel,
            LeafConnection connection,
            LeafUrl url,
            @Nullable LinkTls tls,
            Opening opening) {
        TlsFirstEntry entry = tls == null ? null : tls.entry(opening, url);
        if (entry != null) {
            channel.pipeline().addLast(entry);
        }
        channel.pipeline()
                .addLast(connection.writes(), opening.decoder(), opening, connection.link());
    }

    /**
     * Fills the pipeline of a channel to another server, or that was dialed to be a leaf node.
     *
     * @param link the connection's
     * @param target what was dialed; null if the other server has
     * @param tls what is done before anything is said; null where TLS comes later, if at all
     * @param between what stands between the link and the channel
     */
    public void fill(
            Channel channel,
            HandshakeListener connection,
            Link link,
            @Nullable DialTarget target,
            @Nullable LinkTls tls,
            ChannelHandler... between) {
        TlsFirstEntry entry = tls == null ? null : tls.entry(connection, target);
        if (entry != null) {
            channel.pipeline().addLast(entry);
        } else if (loops.readsIntoDirectBuffers()) {
            channel.config().setAllocator(link.allocator());
        }
        channel.pipeline().addLast(between).addLast(link);
    }
}
