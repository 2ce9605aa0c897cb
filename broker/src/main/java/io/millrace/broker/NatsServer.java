package io.millrace.broker;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.listen.ListenKeys;
import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.process.FileOptions;
import io.millrace.broker.config.process.ReloadOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.start.OptionsChange;
import io.millrace.broker.connection.AddressText;
import io.millrace.broker.latency.Latency;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Paths;
import io.millrace.broker.monitor.http.HttpMonitor;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.protocol.Nkey;
import io.millrace.protocol.ServerInfo;
import io.millrace.protocol.SystemRandom;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A NATS server in this JVM: start one, ask it for its address, close it.
 *
 * <pre>{@code
 * try (NatsServer server = NatsServer.builder().port(0).start()) {
 *     Connection connection = Nats.connect(server.clientUrl());
 *     ...
 * }
 * }</pre>
 *
 * <p>Clients in this JVM need no sockets: see {@link #inProcess}.
 *
 * <p>Any number of servers can live in one JVM. A server has no static state, never ends the
 * process and takes no signals. Threads may share it.
 */
public final class NatsServer implements AutoCloseable {
    /** Routes that the routing thread looks at in one go. */
    private static final int ROUTES = 100;

    /** The tag of its lines in syslog, of a server in an application. */
    private static final String PROGRAM = "millrace";

    private volatile Options options;
    private final ServerLog log;
    private final String id;
    private final String name;

    /** The cluster's name; made up if none is configured, empty if there is no cluster. */
    private final String clusterName;

    private final Broker broker;
    private final LameDuck lameDuck;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long startNs = System.nanoTime();
    private boolean closing;
    private volatile @Nullable Recipe recipe;
    private volatile Runnable atEnd = () -> {};

    private NatsServer(
            Options options, ServerLog log, Preparation preparation, List<ServerListener> listeners)
            throws IOException, InterruptedException {
        this.options = options;
        this.log = log;
        this.id = Nkey.newServerId(new SystemRandom());
        String configured = options.identity().serverName();
        this.name = configured.isEmpty() ? id : configured;
        this.clusterName = clusterName(options);
        StartUpLines.beforeStart(log, options, name, id);
        this.broker =
                Broker.start(
                        options,
                        port -> info(options, port),
                        log,
                        preparation,
                        new Listening(name, listeners, log));
        StartUpLines.memory(log, broker.ledger().bounds());
        this.lameDuck = new LameDuck(broker, options.lameDuck(), log);
        try {
            broker.authentication().current().warnings().forEach(log::warn);
            if (options.listen().dontListen()) {
                StartUpLines.readyForThisJvm(log);
            } else {
                StartUpLines.ready(
                        log,
                        new HostAndPort(options.listen().host(), port()),
                        options.listen().proxyProtocol(),
                        options.tls());
            }
        } catch (RuntimeException | Error e) {
            broker.close();
            throw e;
        }
    }

    /**
     * Starts a server with these options and returns once clients can connect.
     *
     * @param log where it writes; closed with the server
     * @throws IOException if it can't listen
     */
    static NatsServer start(Options options, ServerLog log) throws IOException {
        return start(options, log, Preparation.none(), List.of());
    }

    private static NatsServer start(
            Options options, ServerLog log, Preparation preparation, List<ServerListener> listeners)
            throws IOException {
        try {
            return new NatsServer(options, log, preparation, listeners);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }

    /** A server with the defaults of the executable, but bound to the loopback interface. */
    public static Builder builder() {
        return new Builder();
    }

    private ServerInfo info(Options told, int port) {
        HostAndPort advertised =
                HostAndPort.parse(told.listen().clientAdvertise(), port)
                        .orElse(new HostAndPort(told.listen().host(), port));
        return new ServerInfo(
                id,
                name,
                Version.FEATURE_LEVEL,
                Version.MILLRACE,
                "java" + Runtime.version().feature(),
                advertised.host(),
                advertised.port(),
                told.limits().maxPayloadBytes(),
                told.limits().headers(),
                told.auth().isAnnounced(),
                told.tls().required(),
                told.tls().enabled() && told.tls().verify(),
                told.tls().enabled() && !told.tls().required(),
                clusterName,
                List.of(),
                false,
                told.jetStream().enabled(),
                told.jetStream().domain());
    }

    private String clusterName(Options told) {
        ClusterOptions cluster = told.cluster();
        if (!cluster.isOn() && !told.gateway().isOn()) {
            // A leaf node without a cluster is one by itself.
            boolean isLeaf = !told.leaf().remotes().isEmpty();
            return !isLeaf ? "" : cluster.name().isEmpty() ? name : cluster.name();
        }
        return cluster.name().isEmpty() ? MadeUpName.next() : cluster.name();
    }

    /**
     * The port that routes connect to.
     *
     * @throws IllegalStateException if the server is in no cluster
     */
    public int clusterPort() {
        ClusterPart cluster = broker.cluster();
        if (cluster == null) {
            throw new IllegalStateException("the server is in no cluster");
        }
        return cluster.address().getPort();
    }

    /**
     * The port that leaf nodes connect to.
     *
     * @throws IllegalStateException if none can
     */
    public int leafPort() {
        LeafPart leaf = broker.leaf();
        if (leaf == null || leaf.port() == 0) {
            throw new IllegalStateException("the server takes no leaf nodes");
        }
        return leaf.port();
    }

    /** The server's id, a public nkey. */
    public String id() {
        return id;
    }

    /** The server's name; its id if it was given none. */
    public String name() {
        return name;
    }

    /**
     * The port clients connect to.
     *
     * @throws IllegalStateException if the server doesn't listen for clients
     */
    public int port() {
        return broker.clients().address().getPort();
    }

    InetSocketAddress address() {
        return broker.clients().address();
    }

    /** The address that WebSocket clients connect to; null if they can't. */
    @Nullable InetSocketAddress webSocketAddress() {
        WebSocketPart webSocket = broker.webSocket();
        return webSocket == null ? null : webSocket.address();
    }

    /**
     * What a WebSocket client on this machine connects to, as {@code ws://host:port}, or {@code
     * wss} over TLS.
     *
     * @throws IllegalStateException if the server doesn't listen for WebSocket clients
     */
    public String webSocketUrl() {
        InetSocketAddress address = webSocketAddress();
        if (address == null) {
            throw new IllegalStateException("the server doesn't listen for WebSocket clients");
        }
        return options.websocket().scheme() + "://" + local(address);
    }

    @Nullable HttpMonitor monitor() {
        return broker.monitor();
    }

    /**
     * The port of the monitoring server.
     *
     * @throws IllegalStateException if there is none
     */
    public int monitorPort() {
        return running().address().getPort();
    }

    /**
     * Where a browser on this machine finds the monitoring server, without a slash at the end.
     *
     * @throws IllegalStateException if there is none
     */
    public String monitorUrl() {
        HttpMonitor running = running();
        String base = Paths.base(options.monitor().basePath());
        return running.scheme()
                + "://"
                + local(running.address())
                + base.substring(0, base.length() - 1);
    }

    private HttpMonitor running() {
        HttpMonitor monitor = broker.monitor();
        if (monitor == null) {
            throw new IllegalStateException("there is no monitoring server; set its port");
        }
        return monitor;
    }

    /**
     * What a client on this machine connects to, as {@code nats://host:port}.
     *
     * @throws IllegalStateException if the server doesn't listen for clients
     */
    public String clientUrl() {
        return "nats://" + local(broker.clients().address());
    }

    private static HostAndPort local(InetSocketAddress address) {
        String host =
                address.getAddress().isAnyLocalAddress()
                        ? "127.0.0.1"
                        : AddressText.of(address.getAddress());
        return new HostAndPort(host, address.getPort());
    }

    /** The way to this server without sockets, for applications in this JVM. */
    public InProcess inProcess() {
        return broker.clients().inProcess();
    }

    /** Number of clients connected now. */
    public int clientCount() {
        return ask(router -> router.clients().count());
    }

    /**
     * The port that gateways connect to.
     *
     * @throws IllegalStateException if the server has no gateways
     */
    public int gatewayPort() {
        GatewayPart gateway = broker.gateway();
        if (gateway == null) {
            throw new IllegalStateException("the server has no gateways");
        }
        return gateway.port();
    }

    /** Number of routes to other servers of the cluster. */
    public int routeCount() {
        return ask(router -> router.routes().joinedCount());
    }

    /**
     * Number of routes to each of the other servers of the cluster, by the servers' names; those
     * without any are missing. The caller's to keep.
     */
    public Map<String, Integer> routesByServer() {
        Map<String, Integer> result = new TreeMap<>();
        Inspection.Routes some = new Inspection.Routes(List.of(), 0);
        do {
            long after = some.next();
            some = ask(router -> Inspection.routes(router, after, ROUTES, Moment.now()));
            some.routes().forEach(route -> result.merge(route.remoteName(), 1, Integer::sum));
        } while (some.next() != Inspection.Routes.END);
        return result;
    }

    /** Number of subscriptions, those that other servers of the cluster told of included. */
    public int subscriptionCount() {
        return ask(Router::subscriptionCount);
    }

    /** How often a connection was too slow. */
    public long slowConsumers() {
        return ask(Router::slowConsumers);
    }

    /**
     * How long messages took so far, in nanoseconds: of one stretch of messages in eight, from one
     * point of their way to the next. The caller's to keep.
     */
    public Histogram latency(Stage stage) {
        return broker.latencies().of(stage);
    }

    private record Counted(ServerSnapshot all, int subscriptions, int routes) {}

    /**
     * What it has done so far, all of it seen at one moment but for the latencies.
     *
     * @throws IllegalStateException if the server is closed, or has no time to answer within some
     *     five seconds
     */
    public ServerStats stats() {
        Counted counted =
                ask(
                        router ->
                                new Counted(
                                        Inspection.server(router),
                                        router.subscriptionCount(),
                                        router.routes().joinedCount()));
        ServerSnapshot all = counted.all();
        Map<Stage, Latency> latencies = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            latencies.put(stage, Latency.of(latency(stage)));
        }
        return new ServerStats(
                Duration.ofNanos(System.nanoTime() - startNs),
                all.connections(),
                all.totalConnections(),
                counted.subscriptions(),
                counted.routes(),
                all.traffic().inMessages(),
                all.traffic().inBytes(),
                all.traffic().outMessages(),
                all.traffic().outBytes(),
                all.slowConsumers(),
                all.stalls(),
                latencies);
    }

    /**
     * Takes over other options while the server runs. Clients that would not be let in any more are
     * closed; what they may do is what the new options say from here on.
     *
     * @param wanted where it differs in what can't change, that stays as it is
     * @return all that differs; with {@link ReloadOptions#strict}, nothing was changed if one of
     *     them is not {@link OptionsChange#live}
     * @throws IOException if a certificate can't be used; nothing was changed then
     * @throws IllegalStateException if the server is closed, or the thread is interrupted; what was
     *     changed then is unknown
     */
    public synchronized List<OptionsChange> reload(Options wanted) throws IOException {
        Consumer<Listening.Reloading> recorded = broker.listening().reloads();
        List<OptionsChange> changes = changes(wanted);
        int refused = (int) changes.stream().filter(change -> !change.live()).count();
        boolean applied = false;
        try {
            if (!wanted.reload().strict() || refused == 0) {
                takeOver(wanted.keeping(options), changes);
                applied = true;
            }
        } finally {
            recorded.accept(new Listening.Reloading(changes.size(), refused, applied));
        }
        return changes;
    }

    private List<OptionsChange> changes(Options wanted) {
        List<OptionsChange> all = OptionsChange.between(options, wanted);
        Recipe followed = recipe;
        return followed == null ? all : followed.ofApplication(all, wanted);
    }

    private void takeOver(Options kept, List<OptionsChange> changes) throws IOException {
        options = Apart.call(() -> taken(kept));
        lameDuck.use(kept.lameDuck());
        if (changes.stream().anyMatch(change -> change.key().startsWith("authorization"))) {
            broker.authentication().current().warnings().forEach(log::warn);
        }
    }

    private Options taken(Options kept) throws IOException {
        try {
            new TakeOver(broker, kept).run(port -> info(kept, port));
            return kept;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Reads the configuration again that the server was started with, and takes over what has
     * changed, as {@link #reload(Options)} does. Those who reload at once do so one after the
     * other. The log says what has changed.
     *
     * @return all that differs, key by key, and whether it holds now; nothing if nothing does
     * @throws IllegalStateException if it was started without a configuration, or is closed
     * @throws IllegalArgumentException if the configuration is wrong, can't be read, or is empty
     *     all of a sudden; nothing was changed then
     * @throws IOException if a certificate can't be used; nothing was changed then
     */
    public synchronized List<OptionsChange> reload() throws IOException {
        Recipe followed = recipe;
        if (followed == null) {
            throw new IllegalStateException("the server was started without a configuration");
        }
        Options before = options;
        Options wanted = Apart.call(() -> followed.conclude(log::warn));
        if (Reload.saysNothing(wanted, before)) {
            // As of one that is being written: it would let everybody in.
            throw new IllegalArgumentException(Reload.EMPTY);
        }
        List<OptionsChange> changes = reload(wanted);
        if (options != before) {
            Relog relog = new Relog(log, PROGRAM);
            if (followed.logsAsIn(options)) {
                relog.change(before.log(), options.log());
            }
            relog.tell(changes, options.files().configDigest());
        }
        return changes;
    }

    private void reloadFrom(Recipe followed) {
        recipe = followed;
        reloadBy(this::reloadForOperators);
    }

    /** Why nothing has changed; nothing if it has. */
    private synchronized Optional<String> reloadForOperators() {
        Options before = options;
        try {
            List<OptionsChange> changes = reload();
            return options == before ? Optional.of(refusal(changes)) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Which of them strict options don't let pass. */
    private static String refusal(List<OptionsChange> changes) {
        return changes.stream()
                .filter(change -> !change.live())
                .map(OptionsChange::text)
                .collect(Collectors.joining("\n"));
    }

    /** How operators have the configuration read again: tells why that failed, or nothing. */
    void reloadBy(Supplier<Optional<String>> how) {
        SystemPart system = broker.system();
        if (system != null) {
            system.reloadBy(how);
        }
    }

    /** The options that hold now. */
    public Options options() {
        return options;
    }

    private <T> T ask(Function<Router, T> question) {
        try {
            return broker.asking().ask(question);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", cause);
    }

    /**
     * Stops listening, tells clients to go elsewhere, closes them bit by bit and then the server.
     * Returns at once; {@link #awaitClosed} waits for the end. A second call does nothing.
     */
    public void enterLameDuckMode() {
        // Whoever closes meanwhile waits for the mode's thread, which must not wait for it.
        lameDuck.enter(
                () -> {
                    if (mayClose()) {
                        end();
                    }
                });
    }

    /** Whether {@link #enterLameDuckMode} was called. */
    public boolean isLameDuck() {
        return lameDuck.isEntered();
    }

    /** Waits until the server is closed, by whomever. */
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    /** Whether the server is closed, and all that it was made of is gone. */
    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Has something done when all is closed, before the last line of the log. */
    void atEnd(Runnable task) {
        atEnd = task;
    }

    /**
     * Closes all connections and ends all threads, within about ten seconds; an interrupt doesn't
     * cut it short. Who calls it a second time waits until the first call is done, or the thread is
     * interrupted.
     */
    @Override
    public void close() {
        broker.listening().closing();
        if (mayClose()) {
            end();
            return;
        }
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True for the first who asks. */
    private boolean mayClose() {
        synchronized (closed) {
            boolean first = !closing;
            closing = true;
            return first;
        }
    }

    private void end() {
        log.info("Initiating Shutdown...");
        try {
            lameDuck.stop();
            broker.close();
            atEnd.run();
        } finally {
            log.info("Server Exiting..");
            // First, since whoever waits for the end may end the process.
            log.close();
            closed.countDown();
        }
    }

    /**
     * Collects what a server shall be like; may start several, each as it is said until then. Not
     * for sharing among threads.
     */
    public static final class Builder {
        private final Preparation preparation = OfJvm.PREPARATION;
        private final Recipe recipe = new Recipe();
        private final List<ServerListener> listeners = new ArrayList<>();
        private @Nullable ServerLog log;

        private Builder() {}

        /** What the first server of a JVM makes for all of them, while options are collected. */
        private static final class OfJvm {
            static final Preparation PREPARATION = Preparation.begin();
        }

        /**
         * The port to listen on.
         *
         * @param port 0 or -1 for any free one
         */
        public Builder port(int port) {
            recipe.say(all -> all.port(port == 0 ? -1 : port));
            return this;
        }

        /**
         * The port of the monitoring server; without it, there is none.
         *
         * @param port 0 or -1 for any free one
         */
        public Builder httpPort(int port) {
            recipe.say(all -> all.httpPort(port == 0 ? -1 : port));
            return this;
        }

        /** The address to bind. */
        public Builder host(String host) {
            recipe.say(all -> all.host(host));
            return this;
        }

        /**
         * Whether only applications in this JVM are to connect, see {@link NatsServer#inProcess}:
         * then there is no port for clients, and {@link NatsServer#port} and {@link
         * NatsServer#clientUrl} have no answer. Monitoring and a cluster have their ports all the
         * same; the other servers of a cluster aren't told that clients find this one.
         */
        public Builder dontListen(boolean value) {
            recipe.say(all -> all.set(ListenKeys.DONT_LISTEN, value));
            return this;
        }

        /**
         * Any other option, by its setter on the builder of options.
         *
         * @param change called at the start, and again for each {@link NatsServer#reload()}, on a
         *     thread that ends with that, one at a time; what it says then counts
         */
        public Builder options(Consumer<OptionsBuilder> change) {
            recipe.say(change);
            return this;
        }

        /**
         * A configuration file, in nats-server's language. What else is said here wins over it, as
         * flags do, in whichever order; where neither says what host to bind, it is the loopback
         * interface. Files that tell others of a process, which are {@code pid_file} and those in
         * {@code ports_file_dir}, aren't written. There is one configuration: the last one named.
         *
         * @param file read at the start, and again for each {@link NatsServer#reload()}
         */
        public Builder config(Path file) {
            recipe.read(file);
            return this;
        }

        /**
         * A configuration as text, in nats-server's language: see {@link #config(Path)}. Files that
         * it includes are looked for in the working directory.
         */
        public Builder config(String text) {
            recipe.read(text);
            return this;
        }

        /** Has somebody hear what happens in the server; as many as are named. */
        public Builder listener(ServerListener listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Logs to a log of the caller's, such as {@code ServerLog.to(logger)} of an SLF4J logger,
         * whatever a configuration says of logs. It is closed with the server, or when that can't
         * start, so a builder with a log makes one server. Without this, the server logs nothing,
         * unless its configuration names a file or a syslog.
         */
        public Builder log(ServerLog serverLog) {
            log = serverLog;
            recipe.logElsewhere();
            return this;
        }

        /**
         * Starts the server and returns once clients can connect.
         *
         * @throws IOException if it can't listen
         * @throws IllegalArgumentException if the configuration is wrong, or the options contradict
         *     each other; lists all problems
         */
        public NatsServer start() throws IOException {
            return Apart.call(this::follow);
        }

        private NatsServer follow() throws IOException {
            Recipe followed = recipe.copy();
            List<String> warnings = new ArrayList<>();
            Options concluded = followed.conclude(warnings::add);
            ServerLog own = log == null ? log(concluded.log()) : log;
            warnings.forEach(own::warn);
            FileOptions files = concluded.files();
            if (!files.pidFile().isEmpty() || !files.portsFileDir().isEmpty()) {
                own.warn("pid_file and ports_file_dir are for processes: neither is written");
            }
            try {
                NatsServer server = NatsServer.start(concluded, own, preparation, listeners);
                if (followed.hasConfig()) {
                    server.reloadFrom(followed);
                }
                return server;
            } catch (IOException | RuntimeException | Error e) {
                own.close();
                throw e;
            }
        }

        private static ServerLog log(LogOptions wanted) throws IOException {
            return Relog.isSomewhere(wanted)
                    ? ServerLog.open(wanted, PROGRAM)
                    : ServerLog.discarding();
        }
    }
}
