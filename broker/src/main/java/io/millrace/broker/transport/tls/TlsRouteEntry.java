package io.millrace.broker.transport.tls;

import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.routing.peer.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/**
 * The way of a route's channel into TLS, which comes before anything is said; out of the pipeline
 * when it is done. Belongs to the channel's I/O loop.
 *
 * <p>Whoever dialed is the client. While the handshake lasts, only so much is taken from the other
 * side as one may need.
 */
public final class TlsRouteEntry extends ChannelInboundHandlerAdapter {
    /** A long chain of certificates, and what a server may say behind its last word, fit in. */
    static final int MAX_HANDSHAKE_BYTES = 256 * 1024;

    private final HandshakeListener connection;
    private final @Nullable RouteTarget target;
    private final RouteTls tls;
    private final RouteContext contexts;
    private final String name;
    private boolean failed;
    private @Nullable ScheduledFuture<?> deadline;

    /**
     * Makes the entry of a channel that was just connected.
     *
     * @param connection what is behind it
     * @param target what was dialed; null if the other server has
     */
    TlsRouteEntry(
            HandshakeListener connection,
            @Nullable RouteTarget target,
            RouteTls tls,
            RouteContext contexts) {
        this.connection = connection;
        this.target = target;
        this.tls = tls;
        this.contexts = contexts;
        this.name = target == null ? "" : tls.nameOf(target.url().host());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection.handshakeBegins();
        deadline =
                context.executor()
                        .schedule(
                                () -> fail("i/o timeout"),
                                contexts.accepting().options().timeout().toNanos(),
                                TimeUnit.NANOSECONDS);
        SslHandler ssl =
                target == null
                        ? contexts.accept(context.alloc(), tls.worker())
                        : contexts.dial(context.alloc(), name, target.url().port(), tls.worker());
        context.pipeline().addFirst(new Bound(), ssl, new EncryptedWrites());
    }

    /** Stands before the encryption, which would take whatever comes. */
    private final class Bound extends ChannelInboundHandlerAdapter {
        private long bytes;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf read = (ByteBuf) message;
            bytes += read.readableBytes();
            if (bytes > MAX_HANDSHAKE_BYTES) {
                fail("handshake is too long");
            }
            if (failed) {
                read.release();
            } else {
                context.fireChannelRead(read);
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent done)) {
            context.fireUserEventTriggered(event);
        } else if (done.isSuccess()) {
            succeed(context);
        } else {
            if (HandshakeFault.isOfName(done.cause())) {
                tls.isNot(name);
            }
            boolean gone = !context.channel().isActive();
            fail(gone ? "EOF" : HandshakeFault.text(done.cause()));
        }
    }

    private void succeed(ChannelHandlerContext context) {
        if (failed) {
            return;
        }
        SslHandler ssl = context.pipeline().get(SslHandler.class);
        TlsSession session = contexts.accepting().agreed(ssl.engine().getSession(), true);
        if (!contexts.accepting().isPinned(session)) {
            fail("certificate not pinned");
            return;
        }
        stopWaiting();
        context.pipeline().remove(Bound.class);
        context.pipeline().remove(this);
        connection.secured(session);
    }

    private void fail(String cause) {
        if (!failed) {
            failed = true;
            stopWaiting();
            connection.handshakeFailed(cause);
        }
    }

    /** The end of the handshake has told what there is to tell. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}

    private void stopWaiting() {
        ScheduledFuture<?> waiting = deadline;
        if (waiting != null) {
            waiting.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("EOF");
        context.fireChannelInactive();
    }
}
