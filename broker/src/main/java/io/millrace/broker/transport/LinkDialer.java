package io.millrace.broker.transport;

import io.millrace.broker.config.listen.DialTarget;
import io.millrace.broker.connection.AddressText;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Connects to other servers, for one kind of link. Names are resolved on a thread of its own, which
 * may have to wait for them; the rest is the I/O loops'.
 *
 * @param <T> what is known of a server to connect to
 */
public final class LinkDialer<T extends DialTarget> implements AutoCloseable {
    /** What the system said, between the name of the call and the address. */
    private static final Pattern SYSTEMS_WORDS =
            Pattern.compile("(?:.* failed(?: with error\\(-?\\d+\\))?: )?([^:]+)(?:: .*)?");

    /**
     * What becomes of it; an attempt that was not ended by {@link LinkDialer#close} is either
     * connected or has failed.
     */
    public interface Outcome<T> {
        /**
         * The name is resolved. Called on the dialing thread.
         *
         * @param at {@code address:port}
         */
        void trying(T target, int attempt, String at);

        /** Fills the pipeline of a channel that is connected. Called on its loop. */
        void connected(Channel channel, T target);

        /**
         * A server could not be connected to. Called on an I/O loop or the dialing thread.
         *
         * @param at {@code address:port}; empty if the name could not be resolved
         * @param cause as the reference's log has it
         */
        void failed(T target, int attempt, String at, String cause);
    }

    private final EventLoops loops;
    private final Outcome<T> outcome;
    private final ScheduledExecutorService thread;

    /**
     * Makes a dialer.
     *
     * @param kind of the links, for the name of its thread
     */
    public LinkDialer(String kind, EventLoops loops, Outcome<T> outcome) {
        this.loops = loops;
        this.outcome = outcome;
        thread =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread resolver = new Thread(task, "millrace-dial-" + kind);
                            resolver.setDaemon(true);
                            return resolver;
                        });
    }

    /**
     * Tries to connect. Returns at once.
     *
     * @param attempt how often it was tried before, plus one
     * @param delayMs how long to wait before
     */
    public void dial(T target, int attempt, long delayMs) {
        try {
            thread.schedule(() -> connect(target, attempt), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // closed meanwhile
        }
    }

    private void connect(T target, int attempt) {
        String host = target.host();
        if (target.port() == 0) {
            outcome.failed(target, attempt, "", "address " + host + ": missing port in address");
            return;
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            outcome.failed(target, attempt, "", "lookup " + host + ": no such host");
            return;
        }
        InetAddress picked = addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
        InetSocketAddress address = new InetSocketAddress(picked, target.port());
        String at = text(address);
        outcome.trying(target, attempt, at);
        new Bootstrap()
                .group(loops.group())
                .channel(loops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, target.connectTimeoutMs())
                .option(ChannelOption.RECVBUF_ALLOCATOR, Pipelines.reads())
                .handler(new WhenConnected(target))
                .connect(address)
                .addListener(
                        (ChannelFuture done) -> {
                            if (!done.isSuccess()) {
                                String cause = "dial tcp " + at + ": " + text(done.cause());
                                outcome.failed(target, attempt, at, cause);
                            }
                        });
    }

    /** Stands in until it is known where the channel leads. */
    private final class WhenConnected extends ChannelInboundHandlerAdapter {
        private final T target;

        WhenConnected(T target) {
            this.target = target;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            outcome.connected(context.channel(), target);
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
