package io.millrace.broker.transport.tls;

import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.connection.TimeLimit;
import io.millrace.broker.routing.peer.TlsSession;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Executor;

/**
 * The way of a channel into TLS where nothing else comes before it; out of the pipeline when it is
 * done. Belongs to the channel's I/O loop.
 *
 * <p>Whoever dialed is the client. While the handshake lasts, only so much is taken from the other
 * side as one may need.
 */
public final class TlsFirstEntry extends ChannelInboundHandlerAdapter {
    /**
     * Who is expected where this server has dialed.
     *
     * @param name what the certificate must say
     * @param isAnother called if it says something else, and nothing else is wrong with it
     */
    record Dialed(String name, int port, Runnable isAnother) {}

    private final HandshakeListener listener;
    private final TlsContext tls;
    private final Executor worker;
    private final @Nullable Dialed dialed;
    private final TimeLimit limit = new TimeLimit();
    private boolean failed;

    /**
     * Makes the entry of a channel that was just connected.
     *
     * @param listener what is behind it
     * @param worker has the slow parts done
     * @param dialed null if the other side has dialed
     */
    TlsFirstEntry(
            HandshakeListener listener, TlsContext tls, Executor worker, @Nullable Dialed dialed) {
        this.listener = listener;
        this.tls = tls;
        this.worker = worker;
        this.dialed = dialed;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin(context);
    }

    /** Begins the handshake. */
    void begin(ChannelHandlerContext context) {
        listener.handshakeBegins();
        if (!context.channel().isActive()) {
            // There was no place for one more.
            return;
        }
        if (!tls.rate().allow(System.nanoTime())) {
            failed = true;
            context.close();
            return;
        }
        limit.begin(context.executor(), tls.options().timeout(), () -> fail("i/o timeout"));
        SslHandler ssl =
                dialed == null
                        ? tls.accept(context.alloc(), worker)
                        : tls.dial(context.alloc(), dialed.name(), dialed.port(), worker);
        context.pipeline()
                .addFirst(
                        new HandshakeBound(() -> fail(HandshakeBound.TOO_LONG)),
                        ssl,
                        new EncryptedWrites());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent done)) {
            context.fireUserEventTriggered(event);
        } else if (done.isSuccess()) {
            succeed(context);
        } else {
            if (dialed != null && HandshakeFault.isOfName(done.cause())) {
                dialed.isAnother().run();
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
        // That it came first is said only of those who might have had it otherwise.
        TlsSession session = tls.agreed(ssl.engine().getSession(), false);
        if (!tls.isPinned(session)) {
            fail("certificate not pinned");
            return;
        }
        limit.end();
        context.pipeline().remove(HandshakeBound.class);
        context.pipeline().remove(this);
        listener.secured(session);
    }

    private void fail(String cause) {
        if (!failed) {
            failed = true;
            limit.end();
            listener.handshakeFailed(cause);
        }
    }

    /** The end of the handshake has told what there is to tell. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("EOF");
        context.fireChannelInactive();
    }
}
