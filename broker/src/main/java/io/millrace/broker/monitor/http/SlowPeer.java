package io.millrace.broker.monitor.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection that takes too long: to send a request, however small the pieces it comes in;
 * to take the reply; to ask again. Stands before everything else, so that it sees bytes as they
 * come.
 */
final class SlowPeer extends ChannelInboundHandlerAdapter {
    private final HttpLimits limits;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> deadline;
    private boolean reading;

    SlowPeer(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext channel) {
        context = channel;
        reading = true;
        expire(limits.requestMs());
        channel.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object bytes) {
        if (!reading) {
            reading = true;
            expire(limits.requestMs());
        }
        channel.fireChannelRead(bytes);
    }

    /** A request has come; what it is answered is on its way. */
    void replying() {
        expire(limits.replyMs());
    }

    /** The reply was taken. */
    void replied() {
        reading = false;
        expire(limits.idleMs());
    }

    private void expire(long ms) {
        cancel();
        ChannelHandlerContext channel = context;
        if (channel != null && channel.channel().isActive()) {
            deadline = channel.executor().schedule(() -> close(channel), ms, TimeUnit.MILLISECONDS);
        }
    }

    private static void close(ChannelHandlerContext channel) {
        channel.close();
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        cancel();
        channel.fireChannelInactive();
    }
}
