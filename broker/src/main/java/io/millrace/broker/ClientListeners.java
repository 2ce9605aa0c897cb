package io.millrace.broker;

import io.millrace.broker.config.listen.ListenOptions;
import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.Listener;
import io.millrace.broker.transport.Pipelines;
import io.millrace.broker.transport.inprocess.InProcessListener;
import io.millrace.broker.transport.tls.TlsContexts;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Where clients come in: over sockets, if they may, and from this JVM. Threads share it. */
final class ClientListeners {
    /** Makes the connection of a channel. */
    @FunctionalInterface
    interface Connections {
        /**
         * Makes it, on the channel's loop.
         *
         * @param channelBytes what the channel itself takes up on the heap beside a socket's
         */
        ClientConnection of(Channel channel, int channelBytes);
    }

    private final EventLoops eventLoops;
    private final Pipelines pipelines;
    private final ListenOptions options;
    private final Connections connections;
    private final InProcessListener applications;
    private final InProcess inProcess;
    private volatile @Nullable Listener sockets;

    /**
     * Applications in this JVM may connect from here on.
     *
     * @param connections makes the connection of a channel, on its loop
     */
    ClientListeners(
            EventLoops eventLoops,
            Pipelines pipelines,
            ListenOptions options,
            Connections connections) {
        this.eventLoops = eventLoops;
        this.pipelines = pipelines;
        this.options = options;
        this.connections = connections;
        applications =
                new InProcessListener(
                        eventLoops,
                        channel ->
                                InProcessListener.fill(
                                        channel,
                                        connections.of(channel, InProcessListener.CHANNEL_BYTES)));
        inProcess = new InProcess(applications);
    }

    /**
     * Binds the port for clients, unless there is to be none; {@link #accept} lets them in.
     *
     * @param tls what they may or must use; null where there is no TLS
     * @throws IOException if it can't be bound
     */
    void bind(@Nullable TlsContexts tls) throws IOException, InterruptedException {
        if (options.dontListen()) {
            return;
        }
        sockets =
                Listener.bind(
                        eventLoops,
                        options.host(),
                        Math.max(0, options.port()),
                        channel ->
                                pipelines.fill(
                                        channel,
                                        connections.of(channel, 0),
                                        options.proxyProtocol(),
                                        tls));
    }

    void accept() {
        Listener bound = sockets;
        if (bound != null) {
            bound.accept();
        }
    }

    /** The address that clients connect to, if there is one. */
    Optional<InetSocketAddress> bound() {
        return Optional.ofNullable(sockets).map(Listener::address);
    }

    /**
     * The address that clients connect to.
     *
     * @throws IllegalStateException if there is none
     */
    InetSocketAddress address() {
        return bound().orElseThrow(
                        () -> new IllegalStateException("the server doesn't listen for clients"));
    }

    /** The port that clients connect to; 0 if there is none. */
    int port() {
        return bound().map(InetSocketAddress::getPort).orElse(0);
    }

    /** The way in for applications in this JVM. */
    InProcess inProcess() {
        return inProcess;
    }

    /** Whether clients can come. */
    boolean isOpen() {
        Listener bound = sockets;
        return options.dontListen() ? applications.isOpen() : bound != null && bound.isOpen();
    }

    /** Accepts no more clients; those there are stay. */
    void stop() {
        applications.stop();
        Listener bound = sockets;
        if (bound != null) {
            bound.close();
        }
    }

    /** The server is about to close: applications that write, or wait to, learn it at once. */
    void refuse() {
        applications.refuse();
    }

    /** Ends those connections of applications that the loops, which have ended, have not. */
    void close() {
        applications.close();
    }
}
