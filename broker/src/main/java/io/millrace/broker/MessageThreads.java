package io.millrace.broker;

import io.millrace.broker.config.process.ThreadingOptions;
import io.millrace.broker.connection.IoLoop;
import io.millrace.broker.latency.Latencies;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.OnceAsked;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.ring.RoutingThread;
import io.millrace.broker.routing.Router;
import io.millrace.broker.transport.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The threads that messages pass, and the ring between them.
 *
 * <pre>
 *   clients == I/O loops ==[ ring ]==> router --> outbound queues == I/O loops == clients
 * </pre>
 *
 * <p>In inline mode there is one I/O loop, and it is the routing thread, too.
 */
final class MessageThreads {
    /** Stretches an I/O loop may have with the routing thread. */
    private static final int DEDICATED_STRETCHES = 16;

    /** Entries of the ring that an I/O loop routes itself before it wakes the routing thread. */
    private static final int HELPED_ENTRIES = 4;

    private final EventLoops eventLoops;
    private final Router router;
    private final ServerLog log;
    private final RoutingRing ring;
    private final @Nullable RoutingThread routingThread;
    private final Map<EventLoop, IoLoop> ioLoops = new HashMap<>();

    /** No I/O loop can touch anything any more. */
    private volatile boolean loopsEnded;

    /**
     * Wires them; the routing thread begins with {@link #start}.
     *
     * @param mode whether the I/O loop is the routing thread, too
     */
    MessageThreads(
            ThreadingOptions.Mode mode,
            EventLoops eventLoops,
            Router router,
            Latencies latencies,
            ServerLog log) {
        this.eventLoops = eventLoops;
        this.router = router;
        this.log = log;
        boolean inline = mode == ThreadingOptions.Mode.INLINE;
        List<EventLoop> loops = eventLoops.loops();
        StageRecorder routing = latencies.recorder(Stage.READ_TO_ROUTE, Stage.ROUTE_TO_FLUSH);
        if (inline) {
            EventLoop only = loops.getFirst();
            routingThread = null;
            ring =
                    new RoutingRing(
                            router,
                            new OnceAsked(only::execute, this::drain),
                            new OnceAsked(later(only), this::drain),
                            log,
                            routing);
        } else {
            RoutingThread thread =
                    new RoutingThread(
                            "millrace-router",
                            Runtime.getRuntime().availableProcessors(),
                            this::freeRouter);
            routingThread = thread;
            ring = new RoutingRing(router, thread::wakeUp, thread::wakeUp, log, routing);
        }
        for (EventLoop loop : loops) {
            ioLoops.put(
                    loop,
                    new IoLoop(
                            loop,
                            new RouterProxy(ring, inline ? Integer.MAX_VALUE : HELPED_ENTRIES),
                            inline ? 1 : DEDICATED_STRETCHES,
                            latencies.recorder(Stage.SOCKET_WRITE, Stage.READ_TO_SENT)));
        }
    }

    /** When the loop has looked at all sockets, as {@link IoLoop} does it. */
    private static Consumer<Runnable> later(EventLoop loop) {
        return task -> loop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    private void drain() {
        ring.drain();
    }

    void start() {
        if (routingThread != null) {
            routingThread.start(ring);
        }
    }

    EventLoops eventLoops() {
        return eventLoops;
    }

    RoutingRing ring() {
        return ring;
    }

    /** The loop that a channel belongs to. */
    IoLoop loopOf(Channel channel) {
        IoLoop loop = ioLoops.get(channel.eventLoop());
        assert loop != null;
        return loop;
    }

    /** Any of the loops. */
    IoLoop someLoop() {
        return ioLoops.values().iterator().next();
    }

    /** Ends the I/O loops, all of whose connections end with them. */
    void endLoops(Duration patience) {
        loopsEnded = eventLoops.close(patience);
    }

    /**
     * Ends the routing, behind the loops, and frees the memory that they share: if one of them is
     * stuck, it stays, since whoever comes unstuck would write into what is others' by then.
     */
    void endRouting(Duration patience) throws InterruptedException {
        boolean routingEnded = true;
        if (routingThread != null) {
            routingEnded = routingThread.stop(patience);
        } else if (loopsEnded) {
            ring.drain();
            freeRouter();
        }
        if (loopsEnded && routingEnded) {
            ioLoops.values().forEach(IoLoop::close);
        } else {
            log.error(
                    (loopsEnded ? "The routing thread" : "An I/O thread")
                            + " did not end in time; its memory is not freed");
        }
    }

    private void freeRouter() {
        if (loopsEnded) {
            router.close();
        }
    }
}
