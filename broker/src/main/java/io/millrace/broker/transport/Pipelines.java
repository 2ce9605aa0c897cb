package io.millrace.broker.transport;

import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.connection.RouteConnection;
import io.millrace.broker.transport.tls.RouteTls;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.broker.transport.tls.TlsEntry;
import io.millrace.broker.transport.tls.TlsRouteEntry;
import io.netty.channel.Channel;
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
     * @param tls what clients may or must use; null where there is no TLS
     */
    public void fill(Channel channel, ClientConnection connection, @Nullable TlsContexts tls) {
        boolean direct = loops.readsIntoDirectBuffers();
        if (tls != null) {
            channel.pipeline().addLast(new TlsEntry(connection, tls, direct));
        } else if (direct) {
            channel.config().setAllocator(connection.link().allocator());
        }
        channel.pipeline().addLast(connection.link());
    }

    /**
     * Fills the pipeline of a route's channel.
     *
     * @param target what was dialed; null if the other server has
     * @param tls what routes are secured with, if they are
     */
    public void fill(
            Channel channel,
            RouteConnection connection,
            @Nullable RouteTarget target,
            RouteTls tls) {
        TlsRouteEntry entry = tls.entry(connection, target);
        if (entry != null) {
            channel.pipeline().addLast(entry);
        } else if (loops.readsIntoDirectBuffers()) {
            channel.config().setAllocator(connection.link().allocator());
        }
        channel.pipeline().addLast(connection.writes(), connection.link());
    }
}
