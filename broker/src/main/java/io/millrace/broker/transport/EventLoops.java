package io.millrace.broker.transport;

import io.netty.channel.Channel;
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

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The I/O threads of a server. */
public final class EventLoops {
    private static final long QUIET_MS = 0;
    private static final long STOP_TIMEOUT_MS = 5_000;

    private final MultiThreadIoEventLoopGroup group;
    private final boolean epoll;

    /**
     * Starts nothing yet; each loop's thread starts with its first task.
     *
     * @param count number of loops
     * @param name begins the threads' names
     */
    public EventLoops(int count, String name) {
        epoll = Epoll.isAvailable();
        group =
                new MultiThreadIoEventLoopGroup(
                        count,
                        new DefaultThreadFactory(name),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
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

    /** Why an address can't be bound, as Go says it: the system's words at the end. */
    public static String bindProblem(String host, int port, Throwable cause) {
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

    /** What connections to others are made of. */
    Class<? extends Channel> clientChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Ends all threads and waits for them, for five seconds at most. */
    public void close() throws InterruptedException {
        group.shutdownGracefully(QUIET_MS, STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        group.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
