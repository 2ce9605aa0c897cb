package io.millrace.broker.transport.tls;

import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ProtocolError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLSession;

/**
 * The way of a client's channel from its first byte into TLS, or past it where that is allowed; out
 * of the pipeline when it is decided. Belongs to the channel's I/O loop.
 *
 * <pre>
 *   FIRST ---- a byte comes --------------------------------+
 *     | none in time                                        |
 *   GREETING -- INFO has left, in the clear --> SNIFFING -- TLS --+
 *     |                                            | not TLS      |
 *     +---------- TLS is required -----------------|-----> HELLO -- a first byte --> HANDSHAKE
 *                                               as ever       | not TLS            |
 *                                                          refused            secured
 * </pre>
 *
 * <p>Nothing is read while INFO hasn't left, so that whatever comes is the answer to it.
 */
public final class TlsEntry extends ChannelDuplexHandler {
    /** The record type that every TLS client begins with. */
    private static final int HANDSHAKE_RECORD = 0x16;

    private enum State {
        FIRST,
        GREETING,
        SNIFFING,
        HELLO,
        HANDSHAKE
    }

    private final ClientConnection connection;
    private final TlsContexts contexts;
    private final TlsContext tls;
    private final TlsOptions options;
    private final boolean readsIntoDirectBuffers;
    private State state = State.GREETING;
    private boolean handshakeFirst;
    private @Nullable ScheduledFuture<?> deadline;

    /**
     * Makes the entry of a channel that was just accepted.
     *
     * @param connection whose link is behind it
     * @param readsIntoDirectBuffers whether a channel without TLS reads into memory of its
     *     connection's choice
     */
    public TlsEntry(
            ClientConnection connection, TlsContexts contexts, boolean readsIntoDirectBuffers) {
        this.connection = connection;
        this.contexts = contexts;
        this.tls = contexts.current();
        this.options = tls.options();
        this.readsIntoDirectBuffers = readsIntoDirectBuffers;
    }

    // --- before the first byte

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection.holdReading();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!options.handshakeFirst()) {
            connection.open();
            return;
        }
        connection.openSilently();
        handshakeFirst = true;
        if (options.fallbackDelay().isZero()) {
            expectHello(context);
        } else {
            state = State.FIRST;
            connection.startReading();
            after(options.fallbackDelay(), context, () -> fallBack(context));
        }
    }

    /** Nothing came: the client waits for INFO. */
    private void fallBack(ChannelHandlerContext context) {
        handshakeFirst = false;
        state = State.GREETING;
        connection.holdReading();
        connection.greet();
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        if (state == State.GREETING) {
            greeted(context);
        }
    }

    private void greeted(ChannelHandlerContext context) {
        if (options.required()) {
            expectHello(context);
            return;
        }
        state = State.SNIFFING;
        connection.startReading();
        after(options.timeout(), context, () -> goOnWithoutTls(context));
    }

    private void expectHello(ChannelHandlerContext context) {
        state = State.HELLO;
        if (mayHandshake()) {
            connection.startReading();
            after(options.timeout(), context, this::timedOut);
        }
    }

    /** Whether the limit of handshakes lets one more through; if not, the client is told. */
    private boolean mayHandshake() {
        if (!tls.rate().allow(System.nanoTime())) {
            connection.refuse(
                    ProtocolError.CONNECTION_THROTTLED, CloseReason.MAX_CONNECTIONS_EXCEEDED);
            return false;
        }
        connection.handshakeBegins();
        return true;
    }

    // --- the first byte

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.HANDSHAKE) {
            context.fireChannelRead(message);
            return;
        }
        ByteBuf bytes = (ByteBuf) message;
        boolean isTls = bytes.getByte(bytes.readerIndex()) == HANDSHAKE_RECORD;
        switch (state) {
            case FIRST -> begin(context, bytes, isTls);
            case SNIFFING -> {
                if (isTls) {
                    begin(context, bytes, true);
                } else {
                    goOnWithoutTls(context);
                    connection.link().channelRead(context, bytes);
                }
            }
            default -> {
                if (isTls) {
                    handshake(context, bytes);
                } else {
                    bytes.release();
                    refusePlainText();
                }
            }
        }
    }

    private void begin(ChannelHandlerContext context, ByteBuf bytes, boolean isTls) {
        stopWaiting();
        if (!mayHandshake()) {
            bytes.release();
            return;
        }
        after(options.timeout(), context, this::timedOut);
        if (isTls) {
            handshake(context, bytes);
        } else {
            bytes.release();
            refusePlainText();
        }
    }

    private void refusePlainText() {
        stopWaiting();
        connection.handshakeFailed(HandshakeFault.NOT_TLS, true, true);
    }

    private void goOnWithoutTls(ChannelHandlerContext context) {
        stopWaiting();
        if (readsIntoDirectBuffers) {
            context.channel().config().setAllocator(connection.link().allocator());
        }
        context.pipeline().remove(this);
        connection.ready();
    }

    // --- the handshake

    private void handshake(ChannelHandlerContext context, ByteBuf firstBytes) {
        state = State.HANDSHAKE;
        SslHandler ssl = tls.ssl().newHandler(context.alloc(), contexts.worker());
        // There is one deadline, ours.
        ssl.setHandshakeTimeoutMillis(0);
        tls.prepare(ssl.engine());
        context.pipeline().addFirst(ssl, new EncryptedWrites());
        context.pipeline().fireChannelRead(firstBytes);
    }

    private void timedOut() {
        connection.handshakeFailed("i/o timeout", true, state == State.HELLO);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            stopWaiting();
            SslHandler ssl = context.pipeline().get(SslHandler.class);
            if (done.isSuccess()) {
                secured(context, ssl.engine().getSession());
            } else {
                boolean gone = !context.channel().isActive();
                connection.handshakeFailed(
                        gone ? "EOF" : HandshakeFault.text(done.cause()), false, false);
            }
            return;
        }
        context.fireUserEventTriggered(event);
    }

    private void secured(ChannelHandlerContext context, SSLSession session) {
        TlsSession agreed = tls.agreed(session, handshakeFirst);
        if (!tls.isPinned(agreed)) {
            connection.handshakeFailed("certificate not pinned", false, false);
            return;
        }
        context.pipeline().remove(this);
        connection.secured(agreed);
    }

    /** The end of the handshake has told what there is to tell. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (state != State.HANDSHAKE) {
            context.fireExceptionCaught(cause);
        }
    }

    // --- waiting

    private void after(Duration delay, ChannelHandlerContext context, Runnable then) {
        deadline = context.executor().schedule(then, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopWaiting() {
        ScheduledFuture<?> waiting = deadline;
        if (waiting != null) {
            waiting.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWaiting();
        context.fireChannelInactive();
    }
}
