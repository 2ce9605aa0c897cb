package io.millrace.broker.monitor.http;

import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Answers;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.http.HttpBounds;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The monitoring server: its listener, its whole pipeline and its three threads, of which one talks
 * to clients and never waits for anything, and the others make the answers that take time: one
 * those that take little, one the lists.
 */
public final class HttpMonitor {
    /** Who is not yet looked at; with less, a flood makes the kernel drop whoever comes next. */
    private static final int BACKLOG = 1024;

    private final EventLoops loops;
    private final Channel channel;
    private final String scheme;
    private final Parts parts;

    /**
     * What all connections share.
     *
     * @param clockNs of {@link Connections}
     */
    record Parts(
            Answers answers,
            HttpAnswers httpAnswers,
            BasicAuth auth,
            HttpLimits limits,
            Connections connections,
            AnswerThread brief,
            AnswerThread lists,
            Ledger ledger,
            LongSupplier clockNs) {
        static Parts of(
                MonitorOptions options,
                Answers answers,
                ServerLog log,
                Ledger ledger,
                HttpLimits limits) {
            LongSupplier clockNs = System::nanoTime;
            BasicAuth auth = new BasicAuth(options, clockNs);
            return new Parts(
                    answers,
                    new HttpAnswers(answers, auth, log),
                    auth,
                    limits,
                    new Connections(limits, clockNs),
                    new AnswerThread("millrace-monitor-answers", log),
                    new AnswerThread("millrace-monitor-lists", log),
                    ledger,
                    clockNs);
        }

        /** The thread for what takes some effort, or much: lists don't hold up the rest. */
        AnswerThread thread(Answers.Effort effort) {
            return effort == Answers.Effort.MUCH ? lists : brief;
        }

        /** Has the thread for what takes some effort look at the server, in turn. */
        void tick() {
            brief.tick(answers::onTick);
        }

        void closeThreads() {
            brief.close();
            lists.close();
        }
    }

    private HttpMonitor(EventLoops loops, Parts parts, Channel channel, String scheme) {
        this.loops = loops;
        this.parts = parts;
        this.channel = channel;
        this.scheme = scheme;
    }

    /**
     * Binds and answers from then on.
     *
     * @param tls what connections are secured with, asked for each; null if there is nothing
     * @param ledger is charged for what answers hold, from their making until they were taken
     * @throws IOException if the address can't be bound, or TLS is wanted and there is none
     */
    public static HttpMonitor bind(
            MonitorOptions options,
            Answers answers,
            @Nullable Supplier<SslContext> tls,
            ServerLog log,
            Ledger ledger)
            throws IOException, InterruptedException {
        return bind(options, answers, tls, log, ledger, HttpLimits.DEFAULT);
    }

    static HttpMonitor bind(
            MonitorOptions options,
            Answers answers,
            @Nullable Supplier<SslContext> tls,
            ServerLog log,
            Ledger ledger,
            HttpLimits limits)
            throws IOException, InterruptedException {
        if (options.isSecure() && tls == null) {
            throw new IOException("TLS cert and key required for HTTPS");
        }
        Supplier<SslContext> secured = options.isSecure() ? tls : null;
        InetSocketAddress address =
                new InetSocketAddress(options.host(), Math.max(0, options.port()));
        if (address.isUnresolved()) {
            throw new IOException("lookup " + options.host() + ": no such host");
        }
        EventLoops loops = new EventLoops(1, "millrace-monitor");
        Parts parts = Parts.of(options, answers, log, ledger, limits);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(loops.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_SNDBUF, HttpLimits.PIECE_BYTES)
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(HttpLimits.READ_BYTES))
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        ChannelPipeline pipeline = accepted.pipeline();
                                        SlowPeer slow = new SlowPeer(limits);
                                        pipeline.addLast(slow);
                                        if (secured != null) {
                                            pipeline.addLast(
                                                    secured.get().newHandler(accepted.alloc()));
                                        }
                                        pipeline.addLast(
                                                new HttpServerCodec(
                                                        HttpBounds.of(
                                                                limits.lineBytes(),
                                                                limits.headerBytes())));
                                        pipeline.addLast(new HttpExchange(parts, slow));
                                    }
                                });
        Channel channel;
        try {
            channel = EventLoops.bound(bootstrap.bind(address), options.host(), address.getPort());
        } catch (IOException e) {
            parts.closeThreads();
            loops.close();
            throw new IOException("can't listen to the monitor port: " + e.getMessage(), e);
        } catch (InterruptedException | RuntimeException | Error e) {
            parts.closeThreads();
            loops.close();
            throw e;
        }
        loops.group()
                .scheduleWithFixedDelay(
                        parts::tick, Answers.TICK_MS, Answers.TICK_MS, TimeUnit.MILLISECONDS);
        return new HttpMonitor(loops, parts, channel, secured == null ? "http" : "https");
    }

    /** Where it listens, with its true port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return scheme;
    }

    /** Closes all connections and ends the threads; within about ten seconds. */
    public void close() {
        channel.close();
        parts.closeThreads();
        loops.close();
    }
}
