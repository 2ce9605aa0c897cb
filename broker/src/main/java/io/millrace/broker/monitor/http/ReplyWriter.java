package io.millrace.broker.monitor.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

import java.util.function.Consumer;

/**
 * Sends a reply piece by piece, the next when the kernel has taken the one before: the network's
 * layers copy what they are given, and shall never hold more than a piece. Monitor thread.
 */
final class ReplyWriter {
    private final ChannelHandlerContext context;
    private final byte[] body;
    private final Consumer<Boolean> whenDone;
    private int sent;

    /**
     * @param body empty if none is to be sent
     * @param whenDone is told whether all of it has been taken; once
     */
    ReplyWriter(ChannelHandlerContext context, byte[] body, Consumer<Boolean> whenDone) {
        this.context = context;
        this.body = body;
        this.whenDone = whenDone;
    }

    void write(HttpResponse head) {
        context.write(head);
        next();
    }

    private void next() {
        int length = Math.min(HttpLimits.PIECE_BYTES, body.length - sent);
        ByteBuf piece = Unpooled.wrappedBuffer(body, sent, length);
        sent += length;
        boolean last = sent == body.length;
        HttpContent content =
                last ? new DefaultLastHttpContent(piece) : new DefaultHttpContent(piece);
        context.writeAndFlush(content)
                .addListener(
                        written -> {
                            if (last || !written.isSuccess()) {
                                whenDone.accept(written.isSuccess());
                            } else {
                                next();
                            }
                        });
    }
}
