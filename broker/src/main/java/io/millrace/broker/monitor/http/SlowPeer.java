package io.millrace.broker.monitor.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection that takes too long: to send a request, however small the pieces it comes in;
 * to take the reply; to ask again. Stands before everything else, so that it sees bytes as they
 * come, and what it ends is ended at once, whatever waits behind it. Monitor thread.
 */
final class SlowPeer extends ChannelInboundHandlerAdapter {
    private final HttpLimits limits;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> deadline;
    private boolean reading;
    private boolean replying;

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

    /** A request has come; it is our turn to be quick. */
    void asked() {
        cancel();
    }

    /** The reply is on its way. */
    void replying() {
        replying = true;
        expire(limits.replyMs());
    }

    /** The reply was taken. */
    void replied() {
        replying = false;
        reading = false;
        expire(limits.idleMs());
    }

    /** Ends the connection at once; what it has not taken by now is dropped. */
    void end() {
        ChannelHandlerContext channel = context;
        if (channel != null) {
            if (replying) {
                // The kernel would keep its part of the reply for minutes.
                channel.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.close();
        }
    }

    private void expire(long ms) {
        cancel();
        ChannelHandlerContext channel = context;
        if (channel != null && channel.channel().isActive()) {
            deadline = channel.executor().schedule(this::end, ms, TimeUnit.MILLISECONDS);
        }
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
