package io.millrace.broker.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before the encryption while a handshake lasts, which would take whatever comes. Belongs to
 * the channel's I/O loop.
 */
final class HandshakeBound extends ChannelInboundHandlerAdapter {
    /** A long chain of certificates, and what the other side may say behind it, fit in. */
    static final int MAX_BYTES = 256 * 1024;

    /** What is said of one that doesn't. */
    static final String TOO_LONG = "handshake is too long";

    private final Runnable tooLong;
    private long bytes;

    /**
     * Makes one.
     *
     * @param tooLong called when too much has come, of which nothing more is passed on
     */
    HandshakeBound(Runnable tooLong) {
        this.tooLong = tooLong;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        boolean was = bytes > MAX_BYTES;
        bytes += read.readableBytes();
        if (bytes <= MAX_BYTES) {
            context.fireChannelRead(read);
            return;
        }
        read.release();
        if (!was) {
            tooLong.run();
        }
    }
}
