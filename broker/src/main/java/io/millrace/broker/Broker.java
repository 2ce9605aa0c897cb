package io.millrace.broker;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.ClientConnection;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.latency.Latencies;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.monitor.http.HttpMonitor;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.match.QueuePick;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.Pipelines;
import io.millrace.broker.transport.tls.TlsContexts;
import io.millrace.protocol.ServerInfo;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * The composition root: the parts of a server, and the wires between them. {@link MessageThreads}
 * are what messages pass; {@link Asking}, {@link TakeOver} and {@link Closing} are what is done
 * with it all.
 */
final class Broker {
    private final ServerLog log;
    private final InForce inForce;
    private final Ledger ledger;
    private final ChunkPool chunks;
    private final Latencies latencies = new Latencies();
    private final Router router;
    private final MessageThreads threads;
    private final Asking asking;
    private final Pipelines pipelines;
    private final ClientListeners clients;
    private final RunningServices services;
    private final Authentication authentication;
    private final Closing closing;
    private final Changes changes = new Changes();
    private final AtomicLong nextPeerId = new AtomicLong(1);

    private @Nullable TlsContexts tls;
    private @Nullable HttpMonitor monitor;
    private volatile @Nullable SystemPart system;
    private volatile @Nullable JetStreamPart jetStream;
    private volatile @Nullable GatewayPart gateway;
    private volatile @Nullable WebSocketPart webSocket;
    private volatile @Nullable ClusterPart cluster;
    private volatile @Nullable LeafPart leaf;
    private @Nullable CacheStart cacheStart;
    private final Listening listening;

    /** All that needs no event loops comes first, while Netty is got ready. */
    private Broker(
            Options options,
            IntFunction<ServerInfo> info,
            ServerLog log,
            Preparation preparation,
            Listening listening) {
        this.log = log;
        this.listening = listening;
        inForce = new InForce(options);
        ledger = new Ledger(Terms.given(options));
        chunks = new ChunkPool(ledger);
        router =
                new Router(
                        Terms.router(options),
                        info.apply(options.listen().port()),
                        chunks,
                        new QueuePick(System.nanoTime()),
                        log,
                        options.log());
        router.onWatcher(listening);
        router.onSlowWatcher(listening::slow);
        router.onStallWatcher(listening::stalled);
        router.onLinkWatcher(listening);
        if (options.cluster().isOn()) {
            // First, so that other servers are told where accounts await answers.
            ClusterPart.join(router, options.cluster());
        }
        router.onAccounts(Terms.accounts(options));
        router.onSystemAccount(options.auth().systemAccount());
        authentication =
                new Authentication(
                        Terms.authenticator(options), Runtime.getRuntime().availableProcessors());
        closing = new Closing(this, log);

        preparation.await();
        ledger.bound(Terms.allocatable(ledger.bounds()));
        EventLoops loops = new EventLoops(options.threading().ioThreads(), "millrace-io");
        try {
            pipelines = new Pipelines(loops);
            clients = new ClientListeners(loops, pipelines, options.listen(), this::clientOf);
            threads = new MessageThreads(options.threading().mode(), loops, router, latencies, log);
            asking = new Asking(threads);
            router.onAlarmClock(
                    ns ->
                            loops.group()
                                    .schedule(
                                            () ->
                                                    asking.tellSoon(
                                                            r -> r.onAlarm(System.nanoTime())),
                                            ns,
                                            TimeUnit.NANOSECONDS));
            services = new RunningServices(threads.ring(), chunks, log);
        } catch (RuntimeException | Error e) {
            loops.close();
            throw e;
        }
    }

    /**
     * Starts everything and returns once clients can connect.
     *
     * @param info what clients are told, given the port the server is bound to
     * @param preparation is awaited before anything of Netty is touched
     * @param listening tells what happens; begins and ends with the server
     * @throws IOException if the port can't be bound, or TLS can't be had as it is configured
     */
    static Broker start(
            Options options,
            IntFunction<ServerInfo> info,
            ServerLog log,
            Preparation preparation,
            Listening listening)
            throws IOException, InterruptedException {
        Broker broker = new Broker(options, info, log, preparation, listening);
        try {
            broker.begin(options, info);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private void begin(Options options, IntFunction<ServerInfo> info)
            throws IOException, InterruptedException {
        threads.start();
        listening.start();
        if (options.tls().enabled()) {
            tls = TlsContexts.open(options.tls(), log);
        }
        Monitored view = new BrokerView(this, log);
        ServerAnswers answers = new ServerAnswers(view, log);
        if (options.monitor().isOn()) {
            startMonitor(options.monitor(), view, answers);
        }
        if (options.jetStream().enabled()) {
            String name = info.apply(options.listen().port()).serverName();
            jetStream = JetStreamPart.start(options, name, services, this::hasLeafs, ledger, log);
            // Whoever is let in now finds it listening.
            asking.ask(
                    r -> {
                        r.services().catchUp();
                        return true;
                    });
        }
        if (options.websocket().isOn()) {
            webSocket = WebSocketPart.bind(this, options, log);
        }
        clients.bind(tls);
        if (clients.port() != options.listen().port()) {
            asking.tell(r -> r.clients().onInfo(info.apply(clients.port())));
        }
        // Not before the port is bound, which would have to wait for what they subscribe to.
        if (!options.auth().systemAccount().isEmpty()) {
            system = SystemPart.start(options, asking, services, view, answers, ledger, log);
        }
        clients.accept();
        if (options.gateway().isOn()) {
            // Before the cluster, whose servers are told where it is.
            GatewayPart part = new GatewayPart(this, info.apply(clients.port()), log);
            gateway = part;
            part.start();
        }
        if (options.leaf().isOn()) {
            makeLeaf(info.apply(clients.port()), options).start(options);
        }
        if (webSocket != null) {
            webSocket.accept();
        }
        if (options.cluster().isOn()) {
            startCluster(info.apply(clients.port()));
        }
        if (options.delivery().subjectCache()) {
            cacheStart = CacheStart.begin(asking, log);
        }
    }

    private void startMonitor(MonitorOptions wanted, Monitored view, ServerAnswers answers)
            throws IOException, InterruptedException {
        HttpMonitor bound = MonitorPart.bind(wanted, view, answers, tls, ledger, log);
        // Known before anything else can fail, so that it is closed then.
        monitor = bound;
        int port = bound.address().getPort();
        StartUpLines.monitor(log, bound.scheme(), new HostAndPort(wanted.host(), port));
    }

    /** The part of leaf nodes is needed from here on; before another cluster hears of it. */
    LeafPart makeLeaf(ServerInfo self, Options options) throws IOException, InterruptedException {
        LeafPart part = new LeafPart(this, self, options, log);
        leaf = part;
        return part;
    }

    private void startCluster(ServerInfo self) throws IOException, InterruptedException {
        ClusterPart part = new ClusterPart(this, self, log);
        cluster = part;
        part.start(self.cluster());
    }

    private ClientConnection clientOf(Channel accepted, int channelBytes) {
        return new ClientConnection(
                accepted,
                channelBytes,
                nextPeerId(),
                threads.loopOf(accepted),
                router.globalAccount(),
                chunks,
                inForce::clientLimits,
                authentication,
                log);
    }

    /** A number for the next connection. */
    long nextPeerId() {
        return nextPeerId.getAndIncrement();
    }

    /** The options that hold now. */
    InForce inForce() {
        return inForce;
    }

    /** Who may have other options taken over. */
    Changes changes() {
        return changes;
    }

    /** What is kept for whom. */
    Ledger ledger() {
        return ledger;
    }

    ChunkPool chunks() {
        return chunks;
    }

    Latencies latencies() {
        return latencies;
    }

    Router router() {
        return router;
    }

    MessageThreads threads() {
        return threads;
    }

    /** The way to the routing thread. */
    Asking asking() {
        return asking;
    }

    Pipelines pipelines() {
        return pipelines;
    }

    /** Where clients come in. */
    ClientListeners clients() {
        return clients;
    }

    /** What the server itself does with messages. */
    RunningServices services() {
        return services;
    }

    /** Lets clients in. */
    Authentication authentication() {
        return authentication;
    }

    /** What secures clients' connections; null if nothing does. */
    @Nullable TlsContexts tls() {
        return tls;
    }

    /** The monitoring server; null if there is none. */
    @Nullable HttpMonitor monitor() {
        return monitor;
    }

    /** The services of the system account; null if there is none. */
    @Nullable SystemPart system() {
        return system;
    }

    /** JetStream's part of the server; null if there is none. */
    @Nullable JetStreamPart jetStream() {
        return jetStream;
    }

    /** Where WebSocket clients come in; null if they can't. */
    @Nullable WebSocketPart webSocket() {
        return webSocket;
    }

    /** The cluster's part of the server; null if it is in none. */
    @Nullable ClusterPart cluster() {
        return cluster;
    }

    /** What connects the cluster with others; null if nothing does. */
    @Nullable GatewayPart gateway() {
        return gateway;
    }

    /** The part of leaf nodes; null while there are none on either side. */
    @Nullable LeafPart leaf() {
        return leaf;
    }

    /** Whether an account has leaf nodes, or hubs. Any thread. */
    private boolean hasLeafs(String account) {
        LeafPart part = leaf;
        return part != null && part.topology().hasLeafs(account);
    }

    /** What tells of all that happens. */
    Listening listening() {
        return listening;
    }

    /** The start of the subject cache; null if there is to be none. */
    @Nullable CacheStart cacheStart() {
        return cacheStart;
    }

    /**
     * Closes all clients and ends all threads; within some ten seconds, whatever is stuck. An
     * interrupt doesn't cut it short, and who calls it again waits until it is done. Not for the
     * server's own threads.
     */
    void close() {
        close(Closing.PATIENCE);
    }

    /** The same with as much patience. */
    void close(Duration patience) {
        closing.run(patience);
    }
}
