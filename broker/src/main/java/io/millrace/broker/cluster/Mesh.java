package io.millrace.broker.cluster;

import io.millrace.broker.config.ClusterOptions;
import io.millrace.broker.config.CompressionOptions.Mode;
import io.millrace.broker.config.RouteUrl;
import io.millrace.broker.config.Secret;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Route;
import io.millrace.broker.routing.RouteFacts;
import io.millrace.broker.routing.RouteShare;
import io.millrace.broker.routing.RouteWatcher;
import io.millrace.broker.routing.Router;
import io.millrace.protocol.RouteConnect;
import io.millrace.protocol.RouteInfo;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Keeps this server connected to all others of its cluster: greets them, takes their routes in or
 * turns them away, passes on the word of new ones, and connects again where a route was lost.
 * Routing thread.
 *
 * <p>The other servers may be the reference: what is said, when and in which order is its protocol.
 * The one that dialed sends CONNECT, and INFO once it has seen the other's; that INFO says which
 * place of the pool, or which account, the route is for. Whoever comes to a place that is taken is
 * turned away; there is no other rule about duplicates.
 */
public final class Mesh implements RouteWatcher {
    private static final long RETRY_MS = 1_000;
    private static final long LONGEST_RETRY_MS = 30_000;

    /** So that two servers that lost each other don't dial at the same moment for ever. */
    private static final int RETRY_JITTER_MS = 100;

    /** Attempts of which one is logged as an error; the others show in the debug log. */
    private static final int LOGGED_ATTEMPTS = 3_600;

    /** Routes to one server, whatever it asks for. */
    private static final int MOST_ROUTES = 1_000;

    private final ClusterOptions options;
    private final Router router;
    private final Dialer dialer;
    private final ServerLog log;
    private final Random random;
    private final ClusterName cluster;
    private final ClientUrls clientUrls;
    private final Set<String> pinned;

    /** What this server says of itself. */
    private RouteInfo own;

    private final Map<String, RemoteServer> remotes = new LinkedHashMap<>();
    private final Map<Route, RouteSession> sessions = new HashMap<>();

    /** Servers that are being dialed, though not as they are configured, with the account. */
    private final Set<String> dialing = new HashSet<>();

    /** How often one of the others was told of the rest. */
    private int mended;

    private boolean ended;

    /**
     * Makes a mesh of this server alone.
     *
     * @param own what this server says of itself
     * @param pinned accounts that have routes of their own
     * @param clientUrls where clients find this server; none if they shan't know
     * @param seed of the delays
     */
    public Mesh(
            ClusterOptions options,
            RouteInfo own,
            Set<String> pinned,
            List<String> clientUrls,
            Router router,
            Dialer dialer,
            ServerLog log,
            long seed) {
        this.options = options;
        this.own = own;
        this.pinned = pinned;
        this.router = router;
        this.dialer = dialer;
        this.log = log;
        this.random = new Random(seed);
        this.cluster = new ClusterName(own.cluster(), own.clusterDynamic());
        this.clientUrls = new ClientUrls(clientUrls);
    }

    /** Begins: dials the servers that are configured. */
    public void start() {
        router.watchRoutes(this);
        router.onClusterName(cluster.name());
        for (RouteUrl url : options.routes()) {
            dialer.dial(RouteTarget.configured(url, ""), 1, 0);
            for (String account : pinned) {
                dialer.dial(RouteTarget.configured(url, account), 1, 0);
            }
        }
    }

    /** Dials nobody any more. */
    public void end() {
        ended = true;
    }

    /** Tells the other servers that this one is about to leave. */
    public void onLameDuck() {
        own = own.toBuilder().ldm(true).build();
        for (RemoteServer remote : remotes.values()) {
            RouteSession session = remote.first();
            if (session != null) {
                send(session, own);
            }
        }
    }

    /** The servers that are connected. */
    Collection<RemoteServer> remotes() {
        return remotes.values();
    }

    // --- the handshake

    /** A route is connected, and has yet to be secured. */
    public void onHandshake(RouteSession session) {
        sessions.put(session.route, session);
        router.onRouteHandshake(session.route, session.solicited);
    }

    /** A route is open: this server begins to speak. */
    public void onOpen(RouteSession session) {
        if (session.route.isClosing()) {
            return;
        }
        session.opened = true;
        sessions.put(session.route, session);
        router.onRouteOpen(session.route);
        RouteTarget target = session.target;
        if (target == null) {
            send(session, own);
            return;
        }
        dialing.remove(target.text() + ' ' + target.account());
        RouteConnect connect =
                RouteConnect.of(
                        own.serverId(),
                        cluster.name(),
                        cluster.isDynamic(),
                        own.tlsRequired(),
                        target.url().user(),
                        target.url().password().value());
        router.send(session.route, connect.line());
        router.debug(session.route, "Route connect msg sent");
    }

    /** The other server, which dialed and has proved who it is, sent CONNECT. */
    public void onConnect(RouteSession session, RouteConnect said) {
        if (session.route.isClosing()) {
            return;
        }
        if (!said.gateway().isEmpty()) {
            String text =
                    "Rejecting connection from gateway \""
                            + Quoted.utf8(said.gateway())
                            + "\" on the Route port";
            refuse(session, text, CloseReason.WRONG_GATEWAY);
        } else {
            agreeOnName(session, said.cluster(), said.clusterDynamic(), true);
        }
    }

    /** The other server sent INFO: about itself, or about a third. */
    public void onInfo(RouteSession session, RouteInfo info) {
        Route route = session.route;
        if (route.isClosing()) {
            return;
        }
        if (info.serverId().equals(own.serverId())) {
            if (session.target != null) {
                router.debug(
                        route, "Detected route to self, ignoring \"" + session.target.text() + '"');
            }
            session.target = null;
            router.end(route, CloseReason.DUPLICATE_ROUTE);
            return;
        }
        if (!info.cluster().isEmpty()
                && !agreeOnName(session, info.cluster(), info.clusterDynamic(), false)) {
            return;
        }
        RemoteServer remote = session.remote;
        if (remote == null) {
            greet(session, info);
        } else if (!info.serverId().isEmpty() && !info.serverId().equals(remote.id)) {
            onGossip(session, info);
        } else if (info.ldm()) {
            forgetClientUrls(remote);
        }
    }

    /**
     * Compares the names of the clusters.
     *
     * @param isConnect whether the other server can still be told
     * @return whether they are the same, perhaps by now
     */
    private boolean agreeOnName(
            RouteSession session, String name, boolean dynamic, boolean isConnect) {
        if (name.equals(cluster.name())) {
            return true;
        }
        boolean reserved = name.equals(ClusterName.RESERVED);
        if (!reserved && cluster.yieldsTo(name, dynamic)) {
            becomePartOf(name, dynamic, session);
            return true;
        }
        if (!isConnect) {
            router.end(session.route, CloseReason.CLUSTER_NAME_CONFLICT);
            return false;
        }
        String shown = Quoted.utf8(name);
        String text =
                "Rejecting connection, cluster name \""
                        + shown
                        + (reserved
                                ? "\" is reserved"
                                : "\" does not match \"" + cluster.name() + '"');
        refuse(session, text, CloseReason.CLUSTER_NAME_CONFLICT);
        return false;
    }

    /** Takes another cluster's name over; those it was shared with will follow. */
    private void becomePartOf(String name, boolean dynamic, RouteSession because) {
        cluster.become(name, dynamic);
        own = own.toBuilder().cluster(name).clusterDynamic(dynamic).build();
        log.info("Cluster name updated to " + Quoted.utf8(name));
        router.onClusterName(name);
        for (RemoteServer remote : remotes.values()) {
            for (RouteSession each : remote.sessions()) {
                if (each != because) {
                    router.end(each.route, CloseReason.CLUSTER_NAME_CONFLICT);
                }
            }
        }
    }

    private void greet(RouteSession session, RouteInfo info) {
        if (!session.solicited && info.serverName().equals(own.serverName())) {
            log.error(
                    "Remote server has a duplicate name: \""
                            + Quoted.utf8(info.serverName())
                            + '"');
            router.end(session.route, CloseReason.DUPLICATE_SERVER_NAME);
            return;
        }
        if (!session.agreed && !agreeOnCompression(session, info)) {
            return;
        }
        session.info = info;
        RouteTarget target = session.target;
        session.account = target == null ? info.routeAccount() : target.account();
        boolean placed =
                session.account.isEmpty()
                        ? placeInPool(session, info)
                        : placeAccount(session, info);
        if (placed) {
            register(session, info);
        }
    }

    /**
     * Chooses how to compress.
     *
     * @return whether that is settled; if not, the other server's next INFO, which is compressed,
     *     settles it
     */
    private boolean agreeOnCompression(RouteSession session, RouteInfo info) {
        session.agreed = true;
        Mode chosen = CompressionChoice.of(options.compression().mode(), info.compression());
        if (chosen == null) {
            String text =
                    "unsupported route compression mode \"" + Quoted.utf8(info.compression()) + '"';
            refuse(session, text, CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        session.compression = chosen;
        if (!CompressionChoice.isOn(chosen)) {
            return true;
        }
        RouteTarget target = session.target;
        send(
                session,
                own.toBuilder()
                        .compression(chosen.text())
                        .routeAccount(target == null ? "" : target.account())
                        .build());
        return false;
    }

    // --- places

    private boolean isPooled(RouteInfo info) {
        return options.isPooled() && info.routePoolSize() > 0;
    }

    private RemoteServer remoteOf(RouteInfo info, int slots) {
        RemoteServer remote = remotes.get(info.serverId());
        if (remote == null) {
            return new RemoteServer(info.serverId(), info.serverName(), slots);
        }
        remote.growTo(slots);
        return remote;
    }

    /** Finds the place of a route in the pool; false if it has none. */
    private boolean placeInPool(RouteSession session, RouteInfo info) {
        int slots = isPooled(info) ? Math.max(options.poolSize(), info.routePoolSize()) : 1;
        if (slots > MOST_ROUTES) {
            refuse(session, "Invalid route pool size: " + slots, CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        RemoteServer remote = remoteOf(info, slots);
        int index = session.solicited ? remote.firstFree() : info.routePoolIdx();
        if (session.solicited && info.routePoolIdx() != 0) {
            refuse(
                    session,
                    "Route pool index should not be set but is set to " + info.routePoolIdx(),
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        if (!session.solicited && (index < 0 || index >= remote.slots())) {
            refuse(
                    session,
                    "Invalid route pool index: "
                            + index
                            + " - pool size is "
                            + info.routePoolSize(),
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        shareTarget(session, remote);
        if (index < 0) {
            router.debug(
                    session.route,
                    "Route pool size reached, closing extra connection to \"" + remote.id + '"');
        }
        if (index < 0 || remote.at(index) != null) {
            endDuplicate(session, remote);
            return false;
        }
        session.poolIndex = index;
        session.remote = remote;
        return true;
    }

    /** Where one of a server's routes is dialed again when it is lost, all of them are. */
    private static void shareTarget(RouteSession session, RemoteServer remote) {
        for (RouteSession each : remote.pool()) {
            session.inherit(each.target);
        }
        for (RouteSession each : remote.pool()) {
            each.inherit(session.target);
        }
    }

    /** Finds the place of the route of one account; false if it has none. */
    private boolean placeAccount(RouteSession session, RouteInfo info) {
        String account = session.account;
        String shown = Quoted.utf8(account);
        if (!isPooled(info)) {
            session.target = null;
            refuse(
                    session,
                    "Not possible to have a dedicated route for account \""
                            + shown
                            + "\" between those servers",
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        if (!router.hasAccount(account)) {
            refuse(
                    session,
                    "Unable to lookup account \"" + shown + "\": account missing",
                    CloseReason.MISSING_ACCOUNT);
            return false;
        }
        if (!pinned.contains(account)) {
            refuse(
                    session,
                    "No route for account \"" + shown + '"',
                    CloseReason.PROTOCOL_VIOLATION);
            return false;
        }
        RemoteServer remote = remoteOf(info, Math.max(options.poolSize(), info.routePoolSize()));
        RouteSession first = remote.of(account);
        if (first != null) {
            first.inherit(session.target);
            endDuplicate(session, remote);
            return false;
        }
        session.remote = remote;
        return true;
    }

    private void endDuplicate(RouteSession session, RemoteServer remote) {
        router.debug(session.route, "Detected duplicate remote route \"" + remote.id + '"');
        session.target = null;
        router.end(session.route, CloseReason.DUPLICATE_ROUTE);
    }

    private void register(RouteSession session, RouteInfo info) {
        RemoteServer remote = session.remote;
        assert remote != null;
        boolean isNew = remote.isGone();
        boolean first = session.account.isEmpty() && remote.first() == null;
        if (isNew) {
            remotes.put(remote.id, remote);
        }
        remote.add(session);
        router.debug(
                session.route,
                "Registering remote route \""
                        + remote.id
                        + '"'
                        + (session.account.isEmpty()
                                ? ""
                                : " for account \"" + session.account + '"'));
        if (session.solicited) {
            answer(session);
        }
        router.onRouteJoined(session.route, remote.name, info.headers(), share(session, info));
        if (session.solicited && session.account.isEmpty() && remote.firstFree() >= 0) {
            session.dialsNext = true;
            router.ping(session.route);
        }
        if (first && !options.noAdvertise()) {
            remote.clientUrls = info.connectUrls();
            clientUrls.add(remote.clientUrls);
            router.onClientUrls(clientUrls.all());
        }
        if (first || !session.account.isEmpty()) {
            passOn(session, remote, info);
        }
    }

    /** Tells the server that was dialed what the route is for. */
    private void answer(RouteSession session) {
        RouteTarget target = session.target;
        RouteInfo.Builder answer = own.toBuilder().compression(session.compression.text());
        if (session.account.isEmpty()) {
            answer.routePoolIdx(session.poolIndex);
        } else {
            answer.routeAccount(session.account);
        }
        if (target != null) {
            answer.gossipMode(target.gossip().ordinal());
        }
        send(session, answer.build());
    }

    private RouteShare share(RouteSession session, RouteInfo info) {
        if (!session.account.isEmpty()) {
            return RouteShare.of(session.account);
        }
        return isPooled(info) ? RouteShare.of(session.poolIndex) : RouteShare.ofAll();
    }

    /** The pool's next route is due once the last one works. */
    @Override
    public void onPong(Route route) {
        RouteSession session = sessions.get(route);
        if (session == null) {
            return;
        }
        session.roundTrip();
        if (!session.dialsNext) {
            return;
        }
        session.dialsNext = false;
        RemoteServer remote = session.remote;
        RouteTarget target = session.target;
        if (remote != null && target != null && remote.firstFree() >= 0) {
            dial(target, 1, 0);
        }
    }

    @Override
    public RouteFacts factsOf(Route route) {
        RouteSession session = sessions.get(route);
        return session == null ? RouteFacts.UNKNOWN : session.facts(options.compression());
    }

    @Override
    public int remoteCount() {
        int count = 0;
        for (RemoteServer remote : remotes.values()) {
            count += remote.first() == null ? 0 : 1;
        }
        return count;
    }

    // --- gossip

    /** Tells the others of a server that is new here. */
    private void passOn(RouteSession session, RemoteServer remote, RouteInfo info) {
        RouteTarget target = session.solicited ? session.target : null;
        boolean heardOf = target != null && !target.explicit();
        if (heardOf && target.gossip() != GossipMode.OVERRIDE
                || info.gossipMode() == GossipMode.DISABLED.ordinal()) {
            return;
        }
        for (RemoteServer other : remotes.values()) {
            RouteSession way = other == remote ? null : wayTo(other, session.account);
            if (way == null) {
                continue;
            }
            GossipMode mode = GossipMode.DEFAULT;
            if (session.solicited ? session.isConfigured() : way.isConfigured()) {
                mode = GossipMode.OVERRIDE;
            } else if (!session.solicited) {
                mode = GossipMode.DISABLED;
            }
            tellOf(session, info, way, mode);
        }
    }

    private void tellOf(RouteSession session, RouteInfo info, RouteSession way, GossipMode mode) {
        String address =
                info.ip().isEmpty() ? at(session.route.ip(), info.port()) + "/" : info.ip();
        send(
                way,
                info.toBuilder()
                        .nonce("")
                        .ip(address)
                        .routeAccount(session.account)
                        .gossipMode(mode.ordinal())
                        .build());
    }

    /**
     * Mends what was given up: dials for the routes that are missing to servers that are connected,
     * and tells one of them, each in its turn, of all the rest. To be called now and then.
     */
    public void mend() {
        if (ended) {
            return;
        }
        List<RemoteServer> all = List.copyOf(remotes.values());
        all.forEach(this::complete);
        if (all.size() < 2) {
            return;
        }
        RemoteServer listener = all.get(mended++ % all.size());
        for (RemoteServer each : all) {
            for (RouteSession session : each.sessions()) {
                RouteSession way = wayTo(listener, session.account);
                RouteInfo info = session.info;
                boolean once = !session.account.isEmpty() || session == each.first();
                if (each != listener && way != null && info != null && once) {
                    tellOf(session, info, way, GossipMode.DISABLED);
                }
            }
        }
    }

    private void complete(RemoteServer remote) {
        for (RouteSession session : remote.sessions()) {
            RouteTarget known = session.target;
            if (known == null || session.info == null) {
                continue;
            }
            RouteTarget target = new RouteTarget(known.url(), false, "", GossipMode.DISABLED);
            if (remote.firstFree() >= 0) {
                dialOnce(target);
            }
            for (String account : isPooled(session.info) ? pinned : Set.<String>of()) {
                if (remote.of(account) == null) {
                    dialOnce(target.of(account));
                }
            }
            return;
        }
    }

    private static @Nullable RouteSession wayTo(RemoteServer other, String account) {
        RouteSession own = account.isEmpty() ? null : other.of(account);
        return own == null ? other.first() : own;
    }

    /** Another server has told of a third one. */
    private void onGossip(RouteSession from, RouteInfo info) {
        String account = info.routeAccount();
        if (ended || !account.isEmpty() && !pinned.contains(account)) {
            return;
        }
        RouteUrl url;
        try {
            url = RouteUrl.parse(info.ip());
        } catch (IllegalArgumentException e) {
            log.error(
                    "Error parsing URL from gossip about \"" + Quoted.utf8(info.serverId()) + '"');
            return;
        }
        if (isConfigured(url) || isConfigured(at(info.host(), info.port()))) {
            return;
        }
        if (info.authRequired()) {
            url = new RouteUrl(url.host(), url.port(), options.username(), options.password());
        }
        RouteTarget target = new RouteTarget(url, false, account, GossipMode.of(info.gossipMode()));
        dialUnlessConnected(info, target);
        if (account.isEmpty() && isPooled(info) && from.info != null && !isPooled(from.info)) {
            // One that knows no pools doesn't tell of routes of accounts, either.
            for (String each : pinned) {
                dialUnlessConnected(info, target.of(each));
            }
        }
    }

    private void dialUnlessConnected(RouteInfo info, RouteTarget target) {
        RemoteServer known = remotes.get(info.serverId());
        String account = target.account();
        boolean connected =
                known != null
                        && (account.isEmpty() ? known.first() != null : known.of(account) != null);
        if (!connected) {
            dialOnce(target);
        }
    }

    private void dialOnce(RouteTarget target) {
        if (dialing.add(target.text() + ' ' + target.account())) {
            dial(target, 1, 0);
        }
    }

    private static RouteUrl at(String host, int port) {
        return new RouteUrl(host, port, "", Secret.NONE);
    }

    private boolean isConfigured(RouteUrl url) {
        return options.routes().stream()
                .anyMatch(each -> each.address().equalsIgnoreCase(url.address()));
    }

    // --- ends and new beginnings

    /** A route has ended. */
    public void onClosed(RouteSession session, CloseReason reason) {
        sessions.remove(session.route);
        router.onRouteClosed(session.route, reason);
        RemoteServer remote = session.remote;
        if (remote != null) {
            remote.remove(session);
            if (session.account.isEmpty() && remote.first() == null) {
                forgetClientUrls(remote);
            }
            if (remote.isGone()) {
                remotes.remove(remote.id);
            }
        }
        RouteTarget target = session.target;
        if (target == null || ended || isSpare(session, remote)) {
            return;
        }
        router.debug(
                session.route, "Attempting reconnect for solicited route \"" + target.text() + '"');
        long jitter = random.nextInt(RETRY_JITTER_MS);
        long delay = target.explicit() || !session.opened ? RETRY_MS + jitter : jitter;
        dial(target, 1, delay);
        if (session.account.isEmpty() && session.info != null && !isPooled(session.info)) {
            for (String account : pinned) {
                dial(target.of(account), 1, delay);
            }
        }
    }

    /** Whether the place that was lost is taken, so that nothing would come of another route. */
    private static boolean isSpare(RouteSession session, @Nullable RemoteServer remote) {
        return remote != null && session.account.isEmpty() && remote.firstFree() < 0;
    }

    /** A server could not be connected to. */
    public void onDialFailed(RouteTarget target, int attempt, String cause) {
        String text = "Error trying to connect to route (attempt " + attempt + "): " + cause;
        if (attempt == 1 || attempt % LOGGED_ATTEMPTS == 0) {
            log.error(text);
        } else {
            log.debug(text);
        }
        if (ended || !target.explicit() && attempt > options.connectRetries()) {
            dialing.remove(target.text() + ' ' + target.account());
            return;
        }
        long delay = RETRY_MS;
        if (options.connectBackoff()) {
            delay = Math.min(LONGEST_RETRY_MS, RETRY_MS << Math.min(attempt - 1, 5));
        }
        dial(target, attempt + 1, delay);
    }

    private void dial(RouteTarget target, int attempt, long delayMs) {
        if (!ended) {
            dialer.dial(target, attempt, delayMs);
        }
    }

    private void forgetClientUrls(RemoteServer remote) {
        clientUrls.remove(remote.clientUrls);
        remote.clientUrls = List.of();
        router.onClientUrls(clientUrls.all());
    }

    private void send(RouteSession session, RouteInfo info) {
        router.send(session.route, info.line());
    }

    private void refuse(RouteSession session, String text, CloseReason reason) {
        log.error(text);
        router.refuse(session.route, text, reason);
    }
}
