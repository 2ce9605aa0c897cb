package io.millrace.broker.transport.websocket;

import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.connection.LeafConnection;
import io.millrace.broker.connection.WebSocketHandshake;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.transport.http.HttpBounds;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

/**
 * The way of a channel that was dialed to an open WebSocket; out of the pipeline when there is one.
 * What follows the answer is the other server's. Belongs to the channel's I/O loop.
 *
 * <p>Nothing is kept of what comes but one answer of bounded size. How long it may take is the
 * connection's to say.
 */
public final class Opening extends ChannelInboundHandlerAdapter implements HandshakeListener {
    private static final int LINE_BYTES = 4 * 1024;
    private static final int HEADER_BYTES = 8 * 1024;

    private final Channel channel;
    private final LeafConnection connection;
    private final UpgradeRequest request;
    private final HttpResponseDecoder decoder =
            new HttpResponseDecoder(HttpBounds.of(LINE_BYTES, HEADER_BYTES));

    private @Nullable WebSocketHandshake agreed;
    private boolean done;

    /**
     * Makes one.
     *
     * @param connection what is behind it
     */
    public Opening(Channel channel, LeafConnection connection, UpgradeRequest request) {
        this.channel = channel;
        this.connection = connection;
        this.request = request;
    }

    /** What stands before it. */
    public HttpResponseDecoder decoder() {
        return decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        ask();
    }

    private void ask() {
        channel.pipeline().context(this).writeAndFlush(Unpooled.wrappedBuffer(request.bytes()));
    }

    // --- TLS

    @Override
    public void handshakeBegins() {
        connection.handshakeBegins();
    }

    @Override
    public void handshakeFailed(String cause) {
        done = true;
        connection.handshakeFailed(cause);
    }

    @Override
    public void secured(TlsSession session) {
        connection.secured(session);
        ask();
    }

    // --- the answer

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (done) {
                return;
            }
            if (message instanceof HttpResponse answer) {
                onAnswer(answer);
            }
            WebSocketHandshake open = agreed;
            if (!done && open != null && message instanceof LastHttpContent) {
                open(context, open);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onAnswer(HttpResponse answer) {
        if (answer.decoderResult().isFailure()) {
            Throwable cause = answer.decoderResult().cause();
            boolean tooLong =
                    cause instanceof TooLongHttpHeaderException
                            || cause instanceof TooLongHttpLineException;
            fail(tooLong ? "the answer is too large" : "malformed HTTP response");
            return;
        }
        try {
            agreed = request.judge(answer);
        } catch (UpgradeRequest.RefusedException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private void open(ChannelHandlerContext context, WebSocketHandshake open) {
        done = true;
        context.pipeline().replace(this, null, connection.webSocketOpened(open));
        // Passes on what has come behind the answer.
        context.pipeline().remove(decoder);
    }

    private void fail(String cause) {
        if (!done) {
            done = true;
            connection.webSocketFailed(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("unexpected EOF");
        context.fireChannelInactive();
    }
}
