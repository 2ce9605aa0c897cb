package io.millrace.broker.transport;

import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.broker.transport.tls.TlsEntry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Function;

/**
 * Listens for clients, and has the whole pipeline of their channels: just the connection, and what
 * TLS puts in front of it.
 */
public final class ClientListener {
    /** What one read may take; the connection's allocator has its own idea where it may. */
    private static final int READ_BYTES = 64 * 1024;

    /** Full reads in a row before the loop looks at its other channels. */
    private static final int READS_IN_A_ROW = 4;

    /** As large as the kernel allows by default: a thousand clients may come at once. */
    private static final int BACKLOG = 4096;

    private final Channel channel;

    private ClientListener(Channel channel) {
        this.channel = channel;
    }

    /**
     * Binds and accepts from then on.
     *
     * @param port 0 for any free port
     * @param connections makes the connection of a channel that was accepted, on its loop
     * @param tls what clients may or must use; null where there is no TLS
     * @throws IOException if the address can't be bound; the message names it
     */
    public static ClientListener bind(
            EventLoops loops,
            String host,
            int port,
            Function<Channel, ClientConnection> connections,
            @Nullable TlsContexts tls)
            throws IOException, InterruptedException {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(loops.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(READ_BYTES)
                                        .maxMessagesPerRead(READS_IN_A_ROW))
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        ClientConnection connection = connections.apply(accepted);
                                        boolean direct = loops.readsIntoDirectBuffers();
                                        if (tls != null) {
                                            accepted.pipeline()
                                                    .addLast(new TlsEntry(connection, tls, direct));
                                        } else if (direct) {
                                            accepted.config().setAllocator(connection.allocator());
                                        }
                                        accepted.pipeline().addLast(connection);
                                    }
                                });
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("lookup " + host + ": no such host");
        }
        ChannelFuture bound = bootstrap.bind(address).await();
        if (!bound.isSuccess()) {
            throw new IOException(EventLoops.bindProblem(host, port, bound.cause()), bound.cause());
        }
        return new ClientListener(bound.channel());
    }

    /** The address clients connect to, with its true port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Whether it accepts clients. Any thread. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Accepts no more clients; those there are stay. */
    public void close() throws InterruptedException {
        channel.close().await();
    }
}
