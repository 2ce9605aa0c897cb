package io.millrace.broker;

import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.cluster.Mesh;
import io.millrace.broker.cluster.RouteSession;
import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.RouteConnection;
import io.millrace.broker.connection.RouteTerms;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.transport.EventLoops;
import io.millrace.broker.transport.LinkDialer;
import io.millrace.broker.transport.Listener;
import io.millrace.broker.transport.tls.LinkTls;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.RouteConnect;
import io.millrace.protocol.ServerInfo;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What makes a server one of a cluster: its listener for routes, its dialer, and the mesh. */
final class ClusterPart {
    /** How often the mesh looks for what it had given up. */
    private static final long MEND_SECONDS = 30;

    private static final String INSECURE =
            "TLS certificate chain and hostname of solicited routes will not be verified. DO NOT"
                    + " USE IN PRODUCTION!";

    private final Broker broker;
    private final Introduction introduction;
    private final ServerLog log;
    private final LinkTls tls;
    private volatile RouteTerms terms;
    private final Listener listener;
    private final LinkDialer<RouteTarget> dialer;
    private final Mesh mesh;
    private final Future<?> mending;

    /**
     * Binds the listener for routes; nothing comes or goes before {@link #start}.
     *
     * @param self what clients are told about the server, the cluster's name included
     * @throws IOException if the cluster's port can't be bound
     */
    ClusterPart(Broker broker, ServerInfo self, ServerLog log)
            throws IOException, InterruptedException {
        Options all = broker.inForce().options();
        EventLoops eventLoops = broker.threads().eventLoops();
        ClusterOptions options = all.cluster();
        this.broker = broker;
        this.log = log;
        terms = Terms.routes(all);
        tls = LinkTls.open("route", options.tls().verified(), hosts(options), log);
        dialer = new LinkDialer<>("route", eventLoops, new Dialed());
        listener = listen(eventLoops, options);
        GatewayPart gateway = broker.gateway();
        String gatewayUrl = gateway == null ? "" : gateway.url();
        WebSocketPart webSocket = broker.webSocket();
        introduction =
                new Introduction(
                        self,
                        broker.clients().bound().orElse(null),
                        webSocket == null ? null : webSocket.address(),
                        listener.address(),
                        gatewayUrl,
                        leafnodeUrls(all));
        mesh =
                new Mesh(
                        options,
                        introduction.of(all),
                        broker.router(),
                        dialer::dial,
                        log,
                        System.nanoTime());
        mending =
                eventLoops
                        .group()
                        .scheduleWithFixedDelay(
                                () -> broker.asking().tellSoon(_ -> mesh.mend()),
                                MEND_SECONDS,
                                MEND_SECONDS,
                                TimeUnit.SECONDS);
    }

    private List<String> leafnodeUrls(Options all) throws IOException {
        LeafPart leaf = broker.leaf();
        return leaf == null ? List.of() : leaf.urls(all.leaf());
    }

    private Listener listen(EventLoops eventLoops, ClusterOptions options)
            throws ClusterStartException, InterruptedException {
        int port = Math.max(0, options.port());
        try {
            return Listener.bind(
                    eventLoops, options.host(), port, accepted -> connected(accepted, null));
        } catch (IOException e) {
            throw new ClusterStartException(port, e);
        }
    }

    /** Has a router know what its cluster is like; before any route comes. */
    static void join(Router router, ClusterOptions wanted) {
        router.routes()
                .joinCluster(
                        Math.max(1, wanted.poolSize()),
                        Set.copyOf(wanted.accounts()),
                        wanted.permissions(),
                        wanted.pingMax());
    }

    /** Listens for routes, and dials those that are configured. */
    void start(String clusterName) {
        ClusterOptions options = broker.inForce().options().cluster();
        StartUpLines.cluster(
                log, clusterName, new HostAndPort(options.host(), address().getPort()));
        warn(options);
        if (options.name().isEmpty()) {
            log.warn("Cluster name was dynamically generated, consider setting one");
        }
        GatewayPart gateway = broker.gateway();
        if (gateway != null) {
            broker.asking().tell(_ -> gateway.within(mesh));
        }
        LeafPart leaf = broker.leaf();
        broker.asking()
                .tell(
                        _ -> {
                            if (leaf != null) {
                                mesh.watchLeafUrls(leaf.topology()::onClusterUrls);
                                mesh.watchWebSocketUrls(leaf.topology()::onWebSocketUrls);
                            }
                            mesh.start();
                        });
        listener.accept();
    }

    private void warn(ClusterOptions options) {
        if (options.tls().enabled() && options.tls().insecure()) {
            log.warn(INSECURE);
        }
    }

    private void connected(Channel channel, @Nullable RouteTarget target) {
        RouteConnection connection =
                new RouteConnection(
                        channel,
                        broker.nextPeerId(),
                        broker.threads().loopOf(channel),
                        broker.chunks(),
                        () -> terms,
                        target,
                        mesh,
                        broker.authentication(),
                        log);
        broker.pipelines()
                .fill(channel, connection, connection.link(), target, tls, connection.writes());
    }

    /** What becomes of servers that are dialed. */
    private final class Dialed implements LinkDialer.Outcome<RouteTarget> {
        @Override
        public void trying(RouteTarget target, int attempt, String at) {
            log.debug("Trying to connect to route on " + target.url().address() + " (" + at + ")");
        }

        @Override
        public void connected(Channel channel, RouteTarget target) {
            ClusterPart.this.connected(channel, target);
        }

        @Override
        public void failed(RouteTarget target, int attempt, String at, String cause) {
            broker.asking().tellSoon(_ -> mesh.onDialFailed(target, attempt, cause));
        }
    }

    private static List<String> hosts(ClusterOptions options) {
        return options.routes().stream().map(RouteUrl::host).toList();
    }

    /** The address that routes connect to. */
    InetSocketAddress address() {
        return listener.address();
    }

    /**
     * Prepares for other options, and reads the files of certificates and keys anew.
     *
     * @return takes them over
     * @throws IOException if that can't be done; nothing was changed then
     */
    RouterCommand prepare(Options next) throws IOException {
        ClusterOptions options = next.cluster();
        ClusterOptions running = broker.inForce().options().cluster();
        checkAccounts(options, running, Terms.accounts(next));
        Runnable files = tls.read(options.tls().verified(), hosts(options));
        if (!options.tls().equals(running.tls())) {
            warn(options);
        }
        RouteLogin before = terms.login();
        RouteTerms after = Terms.routes(next);
        LinkInfo info = introduction.of(next);
        return _ -> {
            files.run();
            terms = after;
            mesh.onReload(
                    options, info, session -> unwelcome(session, before, after.login(), options));
        };
    }

    private static void checkAccounts(
            ClusterOptions options, ClusterOptions running, List<AccountPlan> accounts)
            throws IOException {
        for (String account : options.accounts()) {
            if (!running.accounts().contains(account)
                    && accounts.stream().noneMatch(each -> each.name().equals(account))) {
                throw new IOException(
                        "unable to add account \""
                                + account
                                + "\" to the list of dedicated routes: account missing");
            }
        }
    }

    private static @Nullable CloseReason unwelcome(
            RouteSession session, RouteLogin before, RouteLogin now, ClusterOptions options) {
        TlsSession tls = session.tls();
        Set<String> pins = options.tls().pinnedCerts();
        if (!pins.isEmpty() && (tls == null || !tls.isPinned(pins))) {
            return CloseReason.TLS_HANDSHAKE_FAILURE;
        }
        X509Certificate certificate = tls == null ? null : tls.peerCertificate().orElse(null);
        RouteConnect said = session.said();
        return said == null || now.stillAdmits(before, said, certificate)
                ? null
                : CloseReason.AUTHENTICATION_FAILURE;
    }

    /** When the certificate that other servers see first ends; empty without TLS. */
    Optional<Instant> certificateEnd() {
        return tls.certificateEnd();
    }

    /** Tells the other servers and the clients that this one is about to leave. */
    void enterLameDuckMode() {
        broker.asking().tell(_ -> mesh.onLameDuck());
    }

    /** Takes no more routes and makes none. */
    void close() {
        mending.cancel(false);
        dialer.close();
        listener.close();
        broker.asking().tell(_ -> mesh.end());
    }

    /** Ends what routes needed; none is left. */
    void end() {
        tls.close();
    }
}
