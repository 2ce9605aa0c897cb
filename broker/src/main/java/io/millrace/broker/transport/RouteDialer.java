package io.millrace.broker.transport;

import io.millrace.broker.cluster.Dialer;
import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.connection.AddressText;
import io.millrace.broker.log.ServerLog;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Connects to other servers. Names are resolved on a thread of its own, which may have to wait for
 * them; the rest is the I/O loops'.
 */
public final class RouteDialer implements Dialer, AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 1_000;

    /** What the system said, between the name of the call and the address. */
    private static final Pattern SYSTEMS_WORDS =
            Pattern.compile("(?:.* failed(?: with error\\(-?\\d+\\))?: )?([^:]+)(?:: .*)?");

    /** Hears that a server could not be connected to. */
    @FunctionalInterface
    public interface Failure {
        /**
         * Called on an I/O loop or the dialing thread.
         *
         * @param cause as the reference's log has it
         */
        void failed(RouteTarget target, int attempt, String cause);
    }

    private final EventLoops loops;
    private final BiConsumer<Channel, RouteTarget> pipeline;
    private final Failure failure;
    private final ServerLog log;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread resolver = new Thread(task, "millrace-dial");
                        resolver.setDaemon(true);
                        return resolver;
                    });

    /**
     * Makes a dialer.
     *
     * @param pipeline fills the pipeline of a channel that is connected, on its loop
     */
    public RouteDialer(
            EventLoops loops,
            BiConsumer<Channel, RouteTarget> pipeline,
            Failure failure,
            ServerLog log) {
        this.loops = loops;
        this.pipeline = pipeline;
        this.failure = failure;
        this.log = log;
    }

    @Override
    public void dial(RouteTarget target, int attempt, long delayMs) {
        try {
            thread.schedule(() -> connect(target, attempt), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // closed meanwhile
        }
    }

    private void connect(RouteTarget target, int attempt) {
        String host = target.url().host();
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            failure.failed(target, attempt, "lookup " + host + ": no such host");
            return;
        }
        InetAddress picked = addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
        InetSocketAddress address = new InetSocketAddress(picked, target.url().port());
        log.debug(
                "Trying to connect to route on "
                        + target.url().address()
                        + " ("
                        + text(address)
                        + ")");
        new Bootstrap()
                .group(loops.group())
                .channel(loops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.RECVBUF_ALLOCATOR, Pipelines.reads())
                .handler(new WhenConnected(target))
                .connect(address)
                .addListener(
                        (ChannelFuture done) -> {
                            if (!done.isSuccess()) {
                                failure.failed(
                                        target,
                                        attempt,
                                        "dial tcp " + text(address) + ": " + text(done.cause()));
                            }
                        });
    }

    /** Stands in until it is known where the channel leads. */
    private final class WhenConnected extends ChannelInboundHandlerAdapter {
        private final RouteTarget target;

        WhenConnected(RouteTarget target) {
            this.target = target;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            pipeline.accept(context.channel(), target);
            context.fireChannelActive();
            context.pipeline().remove(this);
        }
    }

    private static String text(InetSocketAddress address) {
        String ip = AddressText.of(address.getAddress());
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
    }

    static String text(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException _ -> "i/o timeout";
            case NoRouteToHostException _ -> "connect: no route to host";
            case ConnectException failed -> "connect: " + systemsWords(failed);
            default -> String.valueOf(cause.getMessage());
        };
    }

    private static String systemsWords(ConnectException failed) {
        Matcher words = SYSTEMS_WORDS.matcher(String.valueOf(failed.getMessage()));
        return words.matches()
                ? words.group(1).toLowerCase(Locale.ROOT)
                : String.valueOf(failed.getMessage());
    }

    /** Dials nobody any more. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
