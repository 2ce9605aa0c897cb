package io.millrace.broker.transport.websocket;

import io.millrace.broker.connection.AddressText;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.connection.TimeLimit;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.transport.http.HttpBounds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * The way of an accepted channel to an open WebSocket; out of the pipeline when there is one.
 * Belongs to the channel's I/O loop.
 *
 * <p>Nothing is kept of what comes but one request of bounded size, for a bounded time.
 */
final class UpgradeEntry extends ChannelInboundHandlerAdapter implements HandshakeListener {
    private static final int LINE_BYTES = 8 * 1024;
    private static final int HEADER_BYTES = 24 * 1024;

    /** What a request may take up; a token in a cookie fits in, and all that browsers add. */
    static final int REQUEST_BYTES = LINE_BYTES + HEADER_BYTES;

    private final Channel channel;
    private final Entrance entrance;
    private final boolean secured;
    private final HttpRequestDecoder decoder =
            new HttpRequestDecoder(HttpBounds.of(LINE_BYTES, HEADER_BYTES));
    private final TimeLimit limit = new TimeLimit();

    private Upgrade.@Nullable Agreed upgrade;

    /** Whether more has come than a request. */
    private boolean early;

    private boolean isGuest;
    private boolean done;
    private @Nullable TlsSession session;

    /**
     * Makes the entry of a channel that was just accepted.
     *
     * @param secured whether TLS comes first
     */
    UpgradeEntry(Channel channel, Entrance entrance, boolean secured) {
        this.channel = channel;
        this.entrance = entrance;
        this.secured = secured;
    }

    /** What stands before it. */
    HttpRequestDecoder decoder() {
        return decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!secured) {
            handshakeBegins();
            awaitRequest();
        }
    }

    // --- TLS

    @Override
    public void handshakeBegins() {
        isGuest = entrance.guests().admit();
        if (!isGuest) {
            end();
        }
    }

    @Override
    public void handshakeFailed(String cause) {
        if (!done) {
            log().error("websocket: http: TLS handshake error from " + from() + ": " + cause);
        }
        end();
    }

    @Override
    public void secured(TlsSession agreed) {
        session = agreed;
        awaitRequest();
    }

    // --- the request

    private void awaitRequest() {
        if (!done) {
            limit.begin(channel.eventLoop(), entrance.handshakeTimeout(), this::end);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            switch (message) {
                case HttpRequest request -> onRequest(context, request);
                case HttpContent content -> onContent(context, content);
                // What has come behind the request.
                default -> early = true;
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onRequest(ChannelHandlerContext context, HttpRequest request) {
        if (done) {
            return;
        }
        Upgrade answer =
                request.decoderResult().isSuccess()
                        ? entrance.rules().judge(request, secured)
                        : malformed(request.decoderResult().cause());
        switch (answer) {
            case Upgrade.Agreed agreed -> upgrade = agreed;
            case Upgrade.Refused refused -> refuse(context, refused);
        }
    }

    private void onContent(ChannelHandlerContext context, HttpContent content) {
        early |= content.content().isReadable();
        Upgrade.Agreed agreed = upgrade;
        if (!done && agreed != null && content instanceof LastHttpContent) {
            open(context, agreed);
        }
    }

    private static Upgrade malformed(Throwable cause) {
        return cause instanceof TooLongHttpHeaderException
                        || cause instanceof TooLongHttpLineException
                ? Upgrade.Refused.tooLarge("request is too large")
                : Upgrade.Refused.badRequest("malformed request");
    }

    private void refuse(ChannelHandlerContext context, Upgrade.Refused refused) {
        complain(refused.why());
        leave();
        ByteBuf answer = Unpooled.wrappedBuffer(refused.answer());
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    private void open(ChannelHandlerContext context, Upgrade.Agreed agreed) {
        // Passes on what has come behind the request.
        context.pipeline().remove(decoder);
        if (early) {
            complain("client sent data before handshake is complete");
            end();
            return;
        }
        leave();
        context.writeAndFlush(Unpooled.wrappedBuffer(agreed.answer()));
        context.pipeline().remove(this);
        entrance.arrivals().arrived(channel, agreed.whom(), agreed.handshake(), session);
    }

    private void complain(String why) {
        log().error(from() + " - websocket handshake error: " + why);
    }

    private String from() {
        InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
        String ip = AddressText.of(address.getAddress());
        return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }

    private ServerLog log() {
        return entrance.log();
    }

    // --- the end of it

    /** It isn't a stranger's any more: it is open, or about to be closed. */
    private void leave() {
        done = true;
        if (isGuest) {
            isGuest = false;
            entrance.guests().leave();
        }
        limit.end();
    }

    private void end() {
        leave();
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }
}
