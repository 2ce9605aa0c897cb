package io.millrace.broker;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.auth.ConnectionType;
import io.millrace.broker.auth.Login;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.config.process.ThreadingOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.connection.ConnectionLimits;
import io.millrace.broker.connection.IoLoop;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.latency.Latencies;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.Routes;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.monitor.http.HttpMonitor;
import io.millrace.broker.ring.OnceAsked;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.ring.RoutingThread;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.match.QueuePick;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.system.ClientEvents;
import io.millrace.broker.system.SystemService;
import io.millrace.broker.system.UserInfoService;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.Listener;
import io.millrace.broker.transport.Pipelines;
import io.millrace.broker.transport.inprocess.InProcessListener;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ServerInfo;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.internal.PlatformDependent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The composition root: every thread, ring and wire of a server, in {@link #start}.
 *
 * <pre>
 *   clients == I/O loops ==[ ring ]==> router --> outbound queues == I/O loops == clients
 * </pre>
 *
 * <p>In inline mode there is one I/O loop, and it is the routing thread, too.
 */
final class Broker {
    /** Stretches an I/O loop may have with the routing thread. */
    private static final int DEDICATED_STRETCHES = 16;

    /** Entries of the ring that an I/O loop routes itself before it wakes the routing thread. */
    private static final int HELPED_ENTRIES = 4;

    /** Subjects the cache holds; 128 bytes each, off-heap, once used. */
    private static final int CACHED_SUBJECTS = 256 * 1024;

    /** How long closing waits for clients to go. */
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private static final long ANSWER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private volatile Options options;
    private volatile ConnectionLimits clientLimits;
    private volatile Instant configured = Instant.now();
    private final ServerLog log;
    private final Router router;
    private final RoutingRing ring;
    private final @Nullable RoutingThread routingThread;
    private final EventLoops eventLoops;
    private final Pipelines pipelines;
    private final Map<EventLoop, IoLoop> ioLoops = new HashMap<>();

    private final AtomicLong nextPeerId = new AtomicLong(1);
    private final RunningServices services;
    private final Ledger ledger;
    private final ChunkPool chunks;
    private final Latencies latencies = new Latencies();
    private final Authentication authentication;
    private @Nullable TlsContexts tls;
    private volatile @Nullable Listener listener;
    private final InProcessListener applications;
    private final InProcess inProcess;
    private @Nullable HttpMonitor monitor;
    private volatile @Nullable ClusterPart cluster;
    private @Nullable Thread cacheStarter;
    private @Nullable Thread closer;
    private volatile boolean ended;

    /** No I/O loop can touch anything any more. */
    private volatile boolean loopsEnded;

    private Broker(
            Options options, IntFunction<ServerInfo> info, ServerLog log, EventLoops eventLoops) {
        this.options = options;
        this.clientLimits = Terms.clients(options);
        this.log = log;
        ledger = new Ledger(memory(options));
        chunks = new ChunkPool(ledger);
        ThreadingOptions threading = options.threading();
        boolean inline = threading.mode() == ThreadingOptions.Mode.INLINE;

        this.eventLoops = eventLoops;
        pipelines = new Pipelines(eventLoops);
        applications = new InProcessListener(eventLoops, this::acceptApplication);
        inProcess = new InProcess(applications);
        List<EventLoop> loops = eventLoops.loops();
        router =
                new Router(
                        Terms.router(options),
                        info.apply(options.listen().port()),
                        chunks,
                        new QueuePick(System.nanoTime()),
                        log,
                        options.log());
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
        router.onAccounts(Terms.accounts(options));
        if (options.cluster().isOn()) {
            ClusterOptions wanted = options.cluster();
            router.routes()
                    .joinCluster(
                            Math.max(1, wanted.poolSize()),
                            Set.copyOf(wanted.accounts()),
                            wanted.permissions(),
                            wanted.pingMax());
        }
        services = new RunningServices(ring, chunks, log);
        authentication =
                new Authentication(
                        new Authenticator(options.auth(), options.tls().map()),
                        Runtime.getRuntime().availableProcessors());
    }

    /** When the loop has looked at all sockets, as {@link IoLoop} does it. */
    private static Consumer<Runnable> later(EventLoop loop) {
        return task -> loop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    private static MemoryBounds memory(Options options) {
        return Terms.memory(options, PlatformDependent.maxDirectMemory());
    }

    /** What is kept for whom. */
    Ledger ledger() {
        return ledger;
    }

    /**
     * Starts everything and returns once clients can connect.
     *
     * @param info what clients are told, given the port the server is bound to
     * @throws IOException if the port can't be bound, or TLS can't be had as it is configured
     */
    static Broker start(Options options, IntFunction<ServerInfo> info, ServerLog log)
            throws IOException, InterruptedException {
        EventLoops loops = new EventLoops(options.threading().ioThreads(), "millrace-io");
        Broker broker;
        try {
            broker = new Broker(options, info, log, loops);
        } catch (RuntimeException | Error e) {
            loops.close();
            throw e;
        }
        try {
            broker.begin(info);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private void begin(IntFunction<ServerInfo> info) throws IOException, InterruptedException {
        if (routingThread != null) {
            routingThread.start(ring);
        }
        if (options.tls().enabled()) {
            tls = TlsContexts.open(options.tls(), log);
        }
        Monitored view = new BrokerView(this, ring, eventLoops, log);
        ServerAnswers answers = new ServerAnswers(view, log);
        if (options.monitor().isOn()) {
            startMonitor(view, answers);
        }
        if (!options.auth().systemAccount().isEmpty()) {
            startSystem(view, answers);
        }
        listen(info);
        if (options.cluster().isOn()) {
            Listener bound = listener;
            ServerInfo self = info.apply(clientPort());
            ClusterPart part =
                    new ClusterPart(this, self, bound == null ? null : bound.address(), log);
            cluster = part;
            part.start(self.cluster());
        }
        if (options.delivery().subjectCache()) {
            startCache();
        }
    }

    private void listen(IntFunction<ServerInfo> info) throws IOException, InterruptedException {
        if (options.listen().dontListen()) {
            ring.put(r -> r.clients().onInfo(info.apply(0)));
            return;
        }
        Listener bound =
                Listener.bind(
                        eventLoops,
                        options.listen().host(),
                        Math.max(0, options.listen().port()),
                        this::acceptClient);
        listener = bound;
        int port = bound.address().getPort();
        if (port != options.listen().port()) {
            ring.put(r -> r.clients().onInfo(info.apply(port)));
        }
        bound.accept();
    }

    /** The cluster's part of the server; null if it is in none. */
    @Nullable ClusterPart cluster() {
        return cluster;
    }

    Router router() {
        return router;
    }

    EventLoops eventLoops() {
        return eventLoops;
    }

    Pipelines pipelines() {
        return pipelines;
    }

    /** What the server itself does with messages. */
    RunningServices services() {
        return services;
    }

    ChunkPool chunks() {
        return chunks;
    }

    /** A number for the next connection. */
    long nextPeerId() {
        return nextPeerId.getAndIncrement();
    }

    private void startSystem(Monitored view, ServerAnswers answers) {
        ClientEvents events = new ClientEvents(ledger);
        ring.put(r -> r.onWatcher(events));
        InstantSource clock = InstantSource.system();
        events.wake(services.start(new SystemService(view, answers, events, ledger, log, clock)));
        services.start(new UserInfoService(view, log, clock));
    }

    private void startMonitor(Monitored view, ServerAnswers answers)
            throws IOException, InterruptedException {
        MonitorOptions wanted = options.monitor();
        HttpMonitor started;
        try {
            started =
                    HttpMonitor.bind(
                            wanted,
                            new Routes(view, wanted.basePath(), answers),
                            monitorTls(),
                            log,
                            ledger);
        } catch (IOException e) {
            throw new MonitorStartException(e);
        }
        monitor = started;
        StartUpLines.monitor(
                log, started.scheme(), new HostAndPort(wanted.host(), started.address().getPort()));
    }

    /** What HTTPS connections are secured with; null if there is no TLS. */
    private @Nullable Supplier<SslContext> monitorTls() {
        return tls == null ? null : tls::forMonitoring;
    }

    private void acceptClient(Channel accepted) {
        pipelines.fill(accepted, clientOf(accepted, 0), tls);
    }

    private void acceptApplication(Channel accepted) {
        InProcessListener.fill(accepted, clientOf(accepted, InProcessListener.CHANNEL_BYTES));
    }

    private ClientConnection clientOf(Channel accepted, int channelBytes) {
        return new ClientConnection(
                accepted,
                channelBytes,
                nextPeerId.getAndIncrement(),
                loopOf(accepted),
                router.globalAccount(),
                chunks,
                () -> clientLimits,
                authentication,
                log);
    }

    /** The loop that a channel belongs to. */
    IoLoop loopOf(Channel channel) {
        IoLoop loop = ioLoops.get(channel.eventLoop());
        assert loop != null;
        return loop;
    }

    /** Chronicle takes a while to start, so it does in the background; the trie answers so long. */
    private void startCache() {
        Thread starter =
                new Thread(
                        () -> {
                            try {
                                SubjectCache cache = new SubjectCache(CACHED_SUBJECTS);
                                ring.put(r -> r.onCache(cache));
                            } catch (RuntimeException | LinkageError e) {
                                log.warn(
                                        "Running without the subject cache, since this JVM lacks"
                                                + " the access flags of config/jvm.options: "
                                                + e);
                            }
                        },
                        "millrace-cache-start");
        starter.setDaemon(true);
        cacheStarter = starter;
        starter.start();
    }

    private void drain() {
        ring.drain();
    }

    /**
     * Takes over other options, as one change on the routing thread; returns once it is made, and
     * every connection knows.
     *
     * @param next only what can change while a server runs is looked at
     * @param info what clients are told then, given the port the server is bound to
     * @throws IOException if a certificate can't be used; nothing was changed then
     */
    void reload(Options next, IntFunction<ServerInfo> info)
            throws IOException, InterruptedException {
        ClusterPart part = cluster;
        RouterCommand routes = part == null ? _ -> {} : part.prepare(next);
        if (tls != null) {
            // Also where nothing was said anew: the files may be others.
            tls.reload(next.tls());
        }
        ServerInfo told = info.apply(clientPort());
        Authenticator before = authentication.current();
        Authenticator after = new Authenticator(next.auth(), next.tls().map());
        options = next;
        ledger.bound(memory(next));
        clientLimits = Terms.clients(next);
        configured = Instant.now();
        // New logins are judged by the new rules even before the router judges the old ones.
        authentication.use(after);
        ask(
                r -> {
                    r.onAccounts(Terms.accounts(next));
                    r.onReload(
                            Terms.router(next),
                            told,
                            next.log(),
                            (credentials, session, application, was) ->
                                    reassess(
                                            before, after, credentials, session, application, was));
                    routes.run(r);
                    return next;
                });
        for (EventLoop loop : eventLoops.loops()) {
            // Behind what the router has asked of the loop's connections.
            loop.submit(() -> {}).sync();
        }
    }

    private Optional<Identity> reassess(
            Authenticator before,
            Authenticator after,
            Credentials credentials,
            Optional<TlsSession> session,
            boolean application,
            Identity was) {
        X509Certificate certificate = session.flatMap(TlsSession::peerCertificate).orElse(null);
        Set<String> pins = options.tls().pinnedCerts();
        if (certificate != null && session.filter(tls -> tls.isPinned(pins)).isEmpty()) {
            return Optional.empty();
        }
        ConnectionType type = application ? ConnectionType.IN_PROCESS : ConnectionType.STANDARD;
        return after.reassess(before, new Login(credentials, "", certificate, type), was);
    }

    /**
     * The address clients connect to.
     *
     * @throws IllegalStateException if there is none
     */
    InetSocketAddress address() {
        Listener bound = listener;
        if (bound == null) {
            throw new IllegalStateException("the server doesn't listen for clients");
        }
        return bound.address();
    }

    /** The port clients connect to; 0 if there is none. */
    private int clientPort() {
        Listener bound = listener;
        return bound == null ? 0 : bound.address().getPort();
    }

    /** The way in for applications in this JVM. */
    InProcess inProcess() {
        return inProcess;
    }

    /** The monitoring server; null if there is none. */
    @Nullable HttpMonitor monitor() {
        return monitor;
    }

    /** Whether it accepts clients. */
    boolean isListening() {
        Listener bound = listener;
        return options.listen().dontListen()
                ? applications.isOpen()
                : bound != null && bound.isOpen();
    }

    /**
     * Asks the routing thread something and waits for the answer. Not for I/O loops.
     *
     * @throws IllegalStateException if there is no answer within some five seconds, or making it
     *     failed, which is the cause then, or the server is closed
     */
    <T> T ask(Function<Router, T> question) throws InterruptedException {
        if (ended) {
            throw new IllegalStateException("the server is closed");
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean asked = ring.put(r -> answer(r, question, answer), ANSWER_TIMEOUT_NS);
        try {
            if (asked) {
                return answer.get(ANSWER_TIMEOUT_NS, TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the routing thread has no answer", e.getCause());
        } catch (TimeoutException e) {
            // as without room for the question
        }
        throw new IllegalStateException("the routing thread doesn't answer");
    }

    private static <T> void answer(
            Router router, Function<Router, T> question, CompletableFuture<T> answer) {
        try {
            answer.complete(question.apply(router));
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            // It is a defect all the same, and logged as one.
            throw e;
        }
    }

    /** The options that hold now. */
    Options options() {
        return options;
    }

    /** Since when they do. */
    Instant configured() {
        return configured;
    }

    /** When the certificate that clients see first ends; empty without TLS. */
    Optional<Instant> certificateEnd() {
        return Optional.ofNullable(tls)
                .map(contexts -> contexts.certificates().getFirst().getNotAfter().toInstant());
    }

    /** Lets clients in. */
    Authentication authentication() {
        return authentication;
    }

    Latencies latencies() {
        return latencies;
    }

    /** Has the routing thread do something. Not for I/O loops. */
    void tell(RouterCommand command) {
        ring.put(command);
    }

    /** Has the routing thread do something soon. Any thread, I/O loops included. */
    void tellSoon(RouterCommand command) {
        IoLoop loop = ioLoops.values().iterator().next();
        loop.eventLoop().execute(() -> loop.command(command));
    }

    /** Accepts no more clients. */
    void stopListening() {
        applications.stop();
        Listener bound = listener;
        if (bound != null) {
            bound.close();
        }
    }

    /**
     * Closes all clients and ends all threads; within some ten seconds, whatever is stuck. An
     * interrupt doesn't cut it short, and who calls it again waits until it is done. Not for the
     * server's own threads.
     */
    void close() {
        Thread closing;
        synchronized (this) {
            if (closer == null) {
                Thread thread = new Thread(this::end, "millrace-close");
                thread.start();
                closer = thread;
            }
            closing = closer;
        }
        Uninterrupted.join(closing);
    }

    /** One step of closing; that it fails is no reason to leave out the others. */
    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (InterruptedException | RuntimeException | Error e) {
            log.error("Closing the server: " + e);
        }
    }

    private void end() {
        long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        ClusterPart part = cluster;
        HttpMonitor watched = monitor;
        Thread cacheStarting = cacheStarter;
        TlsContexts contexts = tls;
        attempt(this::stopListening);
        attempt(applications::refuse);
        attempt(authentication::close);
        if (part != null) {
            attempt(part::close);
        }
        if (watched != null) {
            attempt(watched::close);
        }
        if (cacheStarting != null) {
            attempt(() -> cacheStarting.join(untilMs(deadlineNs)));
        }
        attempt(services::close);
        attempt(() -> closePeers(deadlineNs));
        ended = true;
        attempt(() -> loopsEnded = eventLoops.close());
        attempt(applications::close);
        attempt(this::endRouting);
        if (contexts != null) {
            attempt(contexts::close);
        }
        if (part != null) {
            attempt(part::end);
        }
    }

    /** Milliseconds to a deadline; 1 if it has passed. */
    private static long untilMs(long deadlineNs) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime()));
    }

    private void closePeers(long deadlineNs) throws InterruptedException {
        long leftNs = TimeUnit.MILLISECONDS.toNanos(untilMs(deadlineNs));
        if (!ring.put(Broker::closePeers, leftNs)) {
            return;
        }
        while (ask(Router::peerCount) > 0 && System.nanoTime() - deadlineNs < 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /**
     * Ends the routing, and frees the memory that I/O loops and routing share: if one of them is
     * stuck, it stays, since whoever comes unstuck would write into what is others' by then.
     */
    private void endRouting() throws InterruptedException {
        boolean routingEnded = true;
        if (routingThread != null) {
            routingEnded = routingThread.stop();
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

    private static void closePeers(Router router) {
        for (Peer peer : router.peers()) {
            router.onClose(peer, CloseReason.SERVER_SHUTDOWN);
        }
    }
}
