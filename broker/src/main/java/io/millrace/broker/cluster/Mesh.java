package io.millrace.broker.cluster;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Clients;
import io.millrace.broker.routing.ClusterRoutes;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouteFacts;
import io.millrace.broker.routing.peer.RouteWatcher;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.RouteConnect;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps this server connected to all others of its cluster: hears of all that happens to routes,
 * and has the right part deal with it. Routing thread.
 *
 * <p>The other servers may be the reference: what is said, when and in which order is its protocol.
 * A new route goes through the {@link Handshake} to its place; {@link Gossip} spreads the word of
 * it; {@link Dialing} connects again where one was lost; {@link MeshReload} takes over other
 * options.
 */
public final class Mesh implements RouteWatcher {
    private final ThisMember self;
    private final Remotes remotes = new Remotes();
    private final Dialing dialing;
    private final Gossip gossip;
    private final ClientUrls clientUrls;
    private final LeafUrls leafUrls = new LeafUrls();
    private final Handshake handshake;
    private final AccountRequests accountRequests;
    private final MeshReload reload;
    private final ClusterRoutes routes;
    private final Clients clients;
    private final ServerLog log;
    private final Map<Route, RouteSession> sessions = new HashMap<>();

    /**
     * Makes a mesh of this server alone.
     *
     * @param own what this server says of itself
     * @param seed of the delays
     */
    public Mesh(
            ClusterOptions options,
            LinkInfo own,
            Router router,
            Dialer dialer,
            ServerLog log,
            long seed) {
        routes = router.routes();
        clients = router.clients();
        this.log = log;
        self = new ThisMember(options, own);
        dialing = new Dialing(self, dialer, log, seed);
        gossip = new Gossip(self, remotes, dialing, routes, log);
        clientUrls = new ClientUrls(self, clients);
        handshake =
                new Handshake(
                        self, remotes, dialing, gossip, clientUrls, leafUrls, routes, clients, log);
        accountRequests = new AccountRequests(self, remotes, dialing, routes, log);
        reload = new MeshReload(self, remotes, dialing, clientUrls, accountRequests, router, log);
    }

    /** This server has gateways; told before anything else. */
    public void beside(OtherClusters others) {
        self.otherClusters(others);
    }

    /** Tells each other server a line of the protocol. */
    public void tell(byte[] line) {
        for (RemoteServer remote : remotes.all()) {
            RouteSession session = remote.first();
            if (session != null) {
                routes.send(session.route, line);
            }
        }
    }

    /** Whether another server has this name. */
    public boolean hasServerNamed(String name) {
        return remotes.all().stream().anyMatch(remote -> remote.name.equals(name));
    }

    /** Tells somebody where leaf nodes find the other servers, and of every change. */
    public void watchLeafUrls(Consumer<List<String>> watcher) {
        leafUrls.watch(watcher);
    }

    /** The same of where those who come by WebSocket find them. */
    public void watchWebSocketUrls(Consumer<List<String>> watcher) {
        clientUrls.watchWebSocket(watcher);
    }

    /** Begins: dials the servers that are configured. */
    public void start() {
        routes.watch(this);
        clients.onClusterName(self.cluster().name());
        dialing.configured(self.options().routes());
    }

    /** Dials nobody any more. */
    public void end() {
        dialing.end();
    }

    /** Tells the other servers, and then the clients, that this one is about to leave. */
    public void onLameDuck() {
        tell(self.leave());
        clientUrls.leave();
    }

    /**
     * Other options hold from here on.
     *
     * @param info what this server says of itself by them; the cluster's name counts only where it
     *     is configured
     * @param unwelcome why a route can't stay; null if it can
     */
    public void onReload(
            ClusterOptions options,
            LinkInfo info,
            Function<RouteSession, @Nullable CloseReason> unwelcome) {
        reload.run(options, info, List.copyOf(sessions.values()), unwelcome);
    }

    /** Mends what was given up: to be called now and then. */
    public void mend() {
        gossip.mend();
    }

    /** The servers that are connected. */
    Remotes remotes() {
        return remotes;
    }

    // --- what happens to routes

    /** A route is connected, and has yet to be secured. */
    public void onHandshake(RouteSession session) {
        sessions.put(session.route, session);
        routes.onHandshake(session.route, session.solicited);
    }

    /** A route is secured. */
    public void onSecured(RouteSession session, TlsSession agreed) {
        session.tls = agreed;
        routes.onSecured(session.route, agreed);
    }

    /** A route is open: this server begins to speak. */
    public void onOpen(RouteSession session) {
        if (session.route.peer().isClosing()) {
            return;
        }
        sessions.put(session.route, session);
        routes.onOpen(session.route);
        RouteTarget target = session.target;
        if (target != null) {
            dialing.succeeded(target);
            if (!dialing.isWanted(target)) {
                session.target = null;
                routes.end(session.route, CloseReason.ROUTE_REMOVED);
                return;
            }
        }
        handshake.begin(session);
    }

    /** The other server, which dialed and has proved who it is, sent CONNECT. */
    public void onConnect(RouteSession session, RouteConnect said) {
        if (!session.route.peer().isClosing()) {
            session.said = said;
            handshake.onConnect(session, said);
        }
    }

    /**
     * The other server sent INFO: about itself, or about a third.
     *
     * @param agreed how this server compresses, by what both have said first; null if the other one
     *     has said something unknown
     */
    public void onInfo(RouteSession session, LinkInfo info, @Nullable Mode agreed) {
        Route route = session.route;
        if (route.peer().isClosing()) {
            return;
        }
        if (info.serverId().equals(self.info().serverId())) {
            onOneself(session);
            return;
        }
        if (!info.cluster().isEmpty()
                && !handshake.agreeOnName(session, info.cluster(), info.clusterDynamic(), false)) {
            return;
        }
        RemoteServer remote = session.remote;
        if (remote == null) {
            handshake.onInfo(session, info, agreed);
        } else if (!info.routeAccAddReqId().isEmpty()) {
            accountRequests.onRequest(session, info);
        } else if (!info.gateway().isEmpty()) {
            onGateway(info, remote);
        } else if (!info.serverId().isEmpty() && !info.serverId().equals(remote.id)) {
            gossip.onThird(session, info);
        } else if (info.ldm()) {
            clientUrls.forget(remote);
        } else {
            onOtherRules(session, info);
        }
    }

    private void onGateway(LinkInfo info, RemoteServer remote) {
        OtherClusters others = self.otherClusters();
        if (others == null) {
            log.error(
                    "Received information about gateway \""
                            + Quoted.utf8(info.gateway())
                            + "\" from "
                            + Quoted.utf8(remote.id)
                            + ", but gateway is not configured");
        } else {
            others.onTold(info, remote.id);
        }
    }

    private void onOneself(RouteSession session) {
        if (session.target != null) {
            routes.debug(
                    session.route,
                    "Detected route to self, ignoring \"" + session.target.text() + '"');
        }
        session.target = null;
        routes.end(session.route, CloseReason.DUPLICATE_ROUTE);
    }

    /** What the other server lets across may be something else: it may want to know more of us. */
    private void onOtherRules(RouteSession session, LinkInfo info) {
        LinkInfo before = session.info;
        if (before != null && !before.hasRulesOf(info)) {
            session.info =
                    before.toBuilder()
                            .importRules(info.importRules())
                            .exportRules(info.exportRules())
                            .build();
            routes.tellAgain(session.route);
        }
    }

    @Override
    public void onPong(Route route) {
        RouteSession session = sessions.get(route);
        if (session == null) {
            return;
        }
        if (session.target != null) {
            dialing.worked(session.target);
        }
        session.roundTrip();
        Runnable due = session.onceItWorks;
        if (due != null) {
            session.onceItWorks = null;
            due.run();
        }
    }

    /** A route has ended. */
    public void onClosed(RouteSession session, CloseReason reason) {
        Route route = session.route;
        sessions.remove(route);
        routes.onClosed(route, reason);
        RemoteServer remote = session.remote;
        if (remote != null) {
            remotes.remove(remote, session);
            if (session.account.isEmpty() && remote.first() == null) {
                clientUrls.forget(remote);
                OtherClusters others = self.otherClusters();
                if (others != null) {
                    others.onServerGone(remote.gatewayUrl);
                }
                leafUrls.forget(remote);
            }
        }
        RouteTarget target = session.target;
        if (target == null || dialing.hasEnded() || isSpare(session, remote)) {
            return;
        }
        routes.debug(route, "Attempting reconnect for solicited route \"" + target.text() + '"');
        boolean soon = session.returnsSoon || !target.explicit() && remote != null;
        if (!target.explicit() && route.isRefused()) {
            dialing.refused(target);
        } else {
            dialing.again(target, soon);
        }
        if (session.account.isEmpty() && session.info != null && !self.isPooledWith(session.info)) {
            for (String account : self.pinned()) {
                dialing.again(target.of(account), soon);
            }
        }
    }

    /** Whether the place that was lost is taken, so that nothing would come of another route. */
    private static boolean isSpare(RouteSession session, @Nullable RemoteServer remote) {
        return remote != null && session.account.isEmpty() && remote.firstFree() < 0;
    }

    /** A server could not be connected to. */
    public void onDialFailed(RouteTarget target, int attempt, String cause) {
        dialing.failed(target, attempt, cause);
    }

    // --- what monitoring asks

    @Override
    public RouteFacts factsOf(Route route) {
        RouteSession session = sessions.get(route);
        return session == null ? RouteFacts.UNKNOWN : session.facts(self.options().compression());
    }

    @Override
    public int remoteCount() {
        return remotes.count();
    }
}
