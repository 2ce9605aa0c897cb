package io.millrace.broker.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Listens for connections of one kind. */
public final class Listener {
    /** As large as the kernel allows by default: a thousand clients may come at once. */
    private static final int BACKLOG = 4096;

    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final Channel channel;

    private Listener(Channel channel) {
        this.channel = channel;
    }

    /**
     * Binds; {@link #accept} lets connections in.
     *
     * @param port 0 for any free port
     * @param pipeline fills the pipeline of a channel that was accepted, on its loop
     * @throws IOException if the address can't be bound; the message names it
     */
    public static Listener bind(EventLoops loops, String host, int port, Consumer<Channel> pipeline)
            throws IOException, InterruptedException {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(loops.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, Pipelines.reads())
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        pipeline.accept(accepted);
                                    }
                                });
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("lookup " + host + ": no such host");
        }
        return new Listener(EventLoops.bound(bootstrap.bind(address), host, port));
    }

    /** Accepts connections from here on. */
    public void accept() {
        channel.config().setAutoRead(true);
    }

    /** The address to connect to, with its true port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Whether it accepts connections. Any thread. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Accepts no more connections; those there are stay. Waits until that is so, for a second at
     * most.
     */
    public void close() {
        channel.close().awaitUninterruptibly(CLOSE_TIMEOUT_MS);
    }
}
