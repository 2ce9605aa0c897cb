package io.millrace.broker.transport.proxy;

import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.connection.ForwardingHandler;
import io.millrace.broker.connection.TimeLimit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

import java.time.Duration;

/**
 * Stands before everything else on a client's channel until it is known whether a proxy says for
 * whom it connects; then it is out of the pipeline. Belongs to the channel's I/O loop.
 *
 * <p>As in the reference, nobody has to say so, which needs the port to be closed to all but
 * proxies; and INFO doesn't wait for it, since a client without a proxy would wait for INFO.
 */
public final class ProxyEntry extends ForwardingHandler {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ClientConnection connection;
    private final boolean tlsFollows;
    private final boolean readsIntoDirectBuffers;
    private final HeaderReader header = new HeaderReader();
    private final TimeLimit limit = new TimeLimit();
    private boolean refused;

    /**
     * Makes the entry of a channel that was just accepted.
     *
     * @param connection whose link is behind it
     * @param tlsFollows whether the way into TLS is behind it, and begins what else there is
     * @param readsIntoDirectBuffers whether a channel without TLS reads into memory of its
     *     connection's choice
     */
    public ProxyEntry(
            ClientConnection connection, boolean tlsFollows, boolean readsIntoDirectBuffers) {
        this.connection = connection;
        this.tlsFollows = tlsFollows;
        this.readsIntoDirectBuffers = readsIntoDirectBuffers;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection.awaitOrigin();
        limit.begin(context.executor(), TIMEOUT, () -> refuse("i/o timeout"));
        if (tlsFollows) {
            context.fireChannelActive();
        } else {
            connection.open();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (refused) {
                return;
            }
            switch (header.read(bytes)) {
                case MORE -> {}
                case INVALID -> refuse(header.problem());
                case ABSENT -> goOn(context, header.clients(bytes, true));
                case COMPLETE -> goOn(context, header.clients(bytes, false));
            }
        } finally {
            bytes.release();
        }
    }

    private void refuse(String why) {
        refused = true;
        limit.end();
        connection.proxyRefused(why);
    }

    private void goOn(ChannelHandlerContext context, ByteBuf clients) {
        limit.end();
        connection.comesFrom(header.source());
        if (!tlsFollows) {
            if (readsIntoDirectBuffers) {
                context.channel().config().setAllocator(connection.link().allocator());
            }
            connection.ready();
        }
        context.pipeline().remove(this);
        if (clients.isReadable()) {
            context.fireChannelRead(clients);
        } else {
            clients.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        limit.end();
        context.fireChannelInactive();
    }
}
