package io.millrace.broker.transport.inprocess;

import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.Pipelines;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Takes connections of applications in this JVM, as a listener takes those of sockets. */
public final class InProcessListener {
    private static final String CLOSED = "the server takes no more connections";

    /** What a channel takes up on the heap for as long as it is open. */
    public static final int CHANNEL_BYTES = Pipe.BYTES;

    private final EventLoops loops;
    private final Consumer<Channel> pipeline;

    /** Those that are open, so that none is forgotten when a loop is stuck. */
    private final Set<Pipe> pipes = ConcurrentHashMap.newKeySet();

    private final Unread unread = new Unread();

    private volatile boolean open = true;

    /**
     * Makes one, which takes connections at once.
     *
     * @param pipeline fills the pipeline of a channel, on its loop; see {@link #fill}
     */
    public InProcessListener(EventLoops loops, Consumer<Channel> pipeline) {
        this.loops = loops;
        this.pipeline = pipeline;
    }

    /**
     * Fills the pipeline of a channel that was taken, on its loop: with nothing but the connection.
     */
    public static void fill(Channel channel, ClientConnection connection) {
        channel.config().setAllocator(connection.link().allocator());
        channel.pipeline().addLast(connection.link());
    }

    /** Whether it takes connections. Any thread. */
    public boolean isOpen() {
        return open;
    }

    /**
     * Connects. Any thread but the server's own.
     *
     * @param timeout for how long it may take an I/O loop to take the connection
     * @throws SocketTimeoutException if it takes longer; the connection is closed when it is taken
     * @throws IOException if no more connections are taken
     */
    public InProcessConnection connect(Duration timeout) throws IOException {
        if (!open) {
            throw new IOException(CLOSED);
        }
        InProcessChannel channel = new InProcessChannel(Pipelines.READS_IN_A_ROW, unread);
        Pipe pipe = channel.pipe();
        pipes.add(pipe);
        channel.closeFuture().addListener(_ -> pipes.remove(pipe));
        channel.pipeline()
                .addLast(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel registered) {
                                pipeline.accept(registered);
                            }
                        });
        InProcessConnection connection = new InProcessConnection(pipe);
        ChannelFuture registration;
        try {
            registration = loops.group().register(channel);
        } catch (RejectedExecutionException e) {
            pipes.remove(pipe);
            throw new IOException(CLOSED, e);
        }
        // At most some 292 years.
        long timeoutNs = TimeUnit.NANOSECONDS.convert(timeout);
        if (!registration.awaitUninterruptibly(timeoutNs, TimeUnit.NANOSECONDS)) {
            // Not sooner: there is no loop yet that could be asked to look.
            registration.addListener(_ -> connection.close());
            throw new SocketTimeoutException(
                    "the server did not take the connection within " + timeout.toMillis() + " ms");
        }
        if (!registration.isSuccess()) {
            pipes.remove(pipe);
            throw new IOException(CLOSED, registration.cause());
        }
        if (!open) {
            // Whoever closes may have overlooked it.
            connection.close();
            throw new IOException(CLOSED);
        }
        return connection;
    }

    /** Takes no more connections; those there are stay. */
    public void stop() {
        open = false;
    }

    /** The server is about to close: whoever writes, or waits to, learns it at once. */
    public void refuse() {
        stop();
        pipes.forEach(Pipe::shutServersEar);
    }

    /** Ends those connections that the loops, which have ended or are stuck, have not. */
    public void close() {
        stop();
        pipes.forEach(Pipe::closeServersEnd);
    }
}
