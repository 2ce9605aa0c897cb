package io.millrace.broker.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;

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
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("lookup " + host + ": no such host");
        }
        Channel channel = loops.newServerChannel();
        channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(new Acceptor(loops.group(), pipeline));
        ChannelPromise bound = channel.newPromise();
        loops.group()
                .register(channel)
                .addListener(
                        registered -> {
                            // On the loop, which needn't be waited for twice.
                            if (registered.isSuccess()) {
                                channel.bind(address, bound);
                            } else {
                                bound.setFailure(registered.cause());
                            }
                        });
        try {
            return new Listener(EventLoops.bound(bound, host, port));
        } catch (IOException e) {
            channel.close().awaitUninterruptibly(CLOSE_TIMEOUT_MS);
            throw e;
        }
    }

    /** Accepts connections from here on. */
    public void accept() {
        channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
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
