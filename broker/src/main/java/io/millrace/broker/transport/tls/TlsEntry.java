package io.millrace.broker.transport.tls;

import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.connection.Greeted;
import io.millrace.broker.connection.TimeLimit;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ProtocolError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import javax.net.ssl.SSLSession;

/**
 * The way of an accepted channel from its first byte into TLS, or past it where that is allowed;
 * out of the pipeline when it is decided. Belongs to the channel's I/O loop.
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

    private final Greeted connection;
    private final TlsContexts contexts;
    private final TlsContext tls;
    private final TlsOptions options;
    private final boolean readsIntoDirectBuffers;
    private final TimeLimit limit = new TimeLimit();
    private State state = State.GREETING;
    private boolean handshakeFirst;

    /**
     * Makes the entry of a channel that was just accepted.
     *
     * @param connection whose link is behind it
     * @param readsIntoDirectBuffers whether a channel without TLS reads into memory of its
     *     connection's choice
     */
    public TlsEntry(Greeted connection, TlsContexts contexts, boolean readsIntoDirectBuffers) {
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
            limit.begin(context.executor(), options.fallbackDelay(), () -> fallBack(context));
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
        limit.begin(context.executor(), options.timeout(), () -> goOnWithoutTls(context));
    }

    private void expectHello(ChannelHandlerContext context) {
        state = State.HELLO;
        if (mayHandshake()) {
            connection.startReading();
            limit.begin(context.executor(), options.timeout(), this::timedOut);
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
        limit.end();
        if (!mayHandshake()) {
            bytes.release();
            return;
        }
        limit.begin(context.executor(), options.timeout(), this::timedOut);
        if (isTls) {
            handshake(context, bytes);
        } else {
            bytes.release();
            refusePlainText();
        }
    }

    private void refusePlainText() {
        limit.end();
        connection.handshakeFailed(HandshakeFault.NOT_TLS, true, true);
    }

    private void goOnWithoutTls(ChannelHandlerContext context) {
        limit.end();
        if (readsIntoDirectBuffers) {
            context.channel().config().setAllocator(connection.link().allocator());
        }
        context.pipeline().remove(this);
        connection.ready();
    }

    // --- the handshake

    private void handshake(ChannelHandlerContext context, ByteBuf firstBytes) {
        state = State.HANDSHAKE;
        context.pipeline()
                .addFirst(
                        new HandshakeBound(this::tooLong),
                        tls.accept(context.alloc(), contexts.worker()),
                        new EncryptedWrites());
        context.pipeline().fireChannelRead(firstBytes);
    }

    private void tooLong() {
        connection.handshakeFailed(HandshakeBound.TOO_LONG, false, false);
    }

    private void timedOut() {
        connection.handshakeFailed("i/o timeout", true, state == State.HELLO);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            limit.end();
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
        context.pipeline().remove(HandshakeBound.class);
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

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        limit.end();
        context.fireChannelInactive();
    }
}
