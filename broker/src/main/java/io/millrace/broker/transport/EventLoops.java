package io.millrace.broker.transport;

import io.millrace.protocol.JvmAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The I/O threads of a server. */
public final class EventLoops {
    private static final long QUIET_MS = 0;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    static {
        OwnNettyLog.install();
    }

    private final MultiThreadIoEventLoopGroup group;
    private final boolean epoll;

    /**
     * Starts nothing yet; each loop's thread starts with its first task.
     *
     * @param count number of loops
     * @param name begins the threads' names
     */
    public EventLoops(int count, String name) {
        // Where native code isn't allowed, the JVM would warn of it.
        epoll = JvmAccess.nativeCode(Epoll.class.getModule()) && Epoll.isAvailable();
        group =
                new LoopGroup(
                        count,
                        new DefaultThreadFactory(name),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** Gets ready what every server in this JVM needs: classes and native code. */
    public static void prepare() {
        OwnNettySettings.during(EventLoops::useOnce);
    }

    private static void useOnce() {
        EventLoops some = new EventLoops(1, "millrace-prepare");
        some.newServerChannel().unsafe().closeForcibly();
        some.group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    /** All loops. */
    public List<EventLoop> loops() {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor loop : group) {
            loops.add((EventLoop) loop);
        }
        return loops;
    }

    /** For those that bind listeners. */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /**
     * Waits for a listener to be bound, which takes no time, so that an interrupt doesn't leave it
     * behind half-made: a loop that ends meanwhile wouldn't close it.
     *
     * @throws IOException if the address can't be bound; the message names it
     * @throws InterruptedException if the thread is interrupted; the listener is closed then
     */
    public static Channel bound(ChannelFuture binding, String host, int port)
            throws IOException, InterruptedException {
        binding.awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(bindProblem(host, port, binding.cause()), binding.cause());
        }
        if (Thread.interrupted()) {
            binding.channel().close().awaitUninterruptibly();
            throw new InterruptedException();
        }
        return binding.channel();
    }

    /** Why an address can't be bound, as Go says it: the system's words at the end. */
    private static String bindProblem(String host, int port, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String reason = message.substring(message.lastIndexOf(": ") + 1).strip();
        return "listen tcp " + host + ":" + port + ": bind: " + reason.toLowerCase(Locale.ROOT);
    }

    /** Tasks that wait for each loop, by the order of {@link #loops}. Any thread. */
    public List<Integer> pendingTasks() {
        List<Integer> pending = new ArrayList<>();
        for (EventExecutor loop : group) {
            pending.add(((SingleThreadEventExecutor) loop).pendingTasks());
        }
        return pending;
    }

    /** Whether channels may read into memory of their connection's choice. */
    boolean readsIntoDirectBuffers() {
        return epoll;
    }

    /** What listeners are made of. */
    public Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** A listener that isn't bound yet, nor on a loop. */
    Channel newServerChannel() {
        return epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
    }

    /** What connections to others are made of. */
    Class<? extends Channel> clientChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /**
     * Ends all threads and waits for them, for five seconds at most, also when it is interrupted.
     *
     * @return whether all have ended; if not, one of them is stuck and may still use what it has
     */
    public boolean close() {
        return close(PATIENCE);
    }

    /**
     * The same with as much patience.
     *
     * @return whether all have ended
     */
    public boolean close(Duration patience) {
        group.shutdownGracefully(QUIET_MS, patience.toMillis(), TimeUnit.MILLISECONDS);
        long deadlineNs = System.nanoTime() + patience.toNanos();
        boolean ended = true;
        boolean interrupted = Thread.interrupted();
        for (EventExecutor loop : group) {
            while (!loop.isTerminated() && System.nanoTime() - deadlineNs < 0) {
                try {
                    loop.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            ended &= loop.isTerminated();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }
}
