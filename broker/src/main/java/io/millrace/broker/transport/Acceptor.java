package io.millrace.broker.transport;

import io.millrace.broker.connection.ForwardingHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Hands the connections that a listener accepts to the loops. On the listener's loop.
 *
 * <p>In place of Netty's {@code ServerBootstrap}, whose handlers are annotated: the first
 * annotation that is looked at has the JVM make classes for four kinds of them, which takes 5 ms of
 * the start.
 */
final class Acceptor extends ForwardingHandler {
    /** How long nothing is accepted when that failed, as for want of descriptors. */
    private static final long PAUSE_MS = 1_000;

    private final EventLoopGroup group;
    private final Consumer<Channel> pipeline;

    /**
     * Makes one.
     *
     * @param pipeline fills the pipeline of a channel that was accepted, on its loop
     */
    Acceptor(EventLoopGroup group, Consumer<Channel> pipeline) {
        this.group = group;
        this.pipeline = pipeline;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel accepted = (Channel) message;
        accepted.pipeline().addLast(new Filler());
        accepted.config().setOption(ChannelOption.TCP_NODELAY, true);
        accepted.config().setRecvByteBufAllocator(Pipelines.reads());
        try {
            group.register(accepted)
                    .addListener(
                            (ChannelFuture registered) -> {
                                if (!registered.isSuccess()) {
                                    accepted.unsafe().closeForcibly();
                                }
                            });
        } catch (RuntimeException e) {
            // The loops are about to end.
            accepted.unsafe().closeForcibly();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ChannelConfig config = context.channel().config();
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            context.channel()
                    .eventLoop()
                    .schedule(() -> config.setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
        }
        context.fireExceptionCaught(cause);
    }

    /** Stands in a channel's pipeline until it is registered and can be filled. */
    private final class Filler extends ForwardingHandler {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            try {
                pipeline.accept(context.channel());
                context.pipeline().remove(this);
            } catch (RuntimeException | Error e) {
                context.close();
                throw e;
            }
        }
    }
}
