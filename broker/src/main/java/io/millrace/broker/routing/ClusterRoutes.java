package io.millrace.broker.routing;

import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.interest.RoutedInterest;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.Peers;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouteFacts;
import io.millrace.broker.routing.peer.RouteWatcher;
import io.millrace.broker.routing.peer.Settlement;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.routing.view.ClusterSnapshot;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The routes to the other servers of the cluster: how they come and go, and what is said over them
 * besides interest and messages. Routing thread.
 *
 * <p>Which server a route leads to, and whether it may stay, is decided by whoever {@linkplain
 * #watch watches} them, who calls this for all that becomes of a route.
 */
public final class ClusterRoutes {
    final NavigableMap<Long, Route> byRid = new TreeMap<>();
    private final Peers peers;
    private final ServerLog log;
    private final Outbox outbox;
    private final Pings pings;
    private final Counters counters;
    private final SlowConsumers slow;
    private final Accounts accounts;
    private final RoutedInterest routed;
    private final Settlement settlement;
    private final RouteWire wire;
    private final RouteWire oneAccountsWire;
    private RouteWatcher watcher = RouteWatcher.NONE;

    ClusterRoutes(
            Peers peers,
            ServerLog log,
            Outbox outbox,
            Pings pings,
            Counters counters,
            SlowConsumers slow,
            Accounts accounts,
            RoutedInterest routed,
            MessageWriter writer,
            Settlement settlement) {
        wire = new RouteWire(writer, true);
        oneAccountsWire = new RouteWire(writer, false);
        this.settlement = settlement;
        this.peers = peers;
        this.log = log;
        this.outbox = outbox;
        this.pings = pings;
        this.counters = counters;
        this.slow = slow;
        this.accounts = accounts;
        this.routed = routed;
    }

    /**
     * The server is one of a cluster; called before there are clients.
     *
     * @param poolSize routes that lead to each of the others
     * @param pinned accounts that have routes of their own
     * @param permissions what may cross to the others; null for everything
     * @param maxPingsOut unanswered PINGs before a route is stale
     */
    public void joinCluster(
            int poolSize,
            Set<String> pinned,
            @Nullable RoutePermissions permissions,
            int maxPingsOut) {
        pings.allow(PeerKind.ROUTE, maxPingsOut);
        accounts.share(poolSize, pinned);
        routed.joinCluster(permissions);
    }

    /** The accounts are shared among routes in another way from here on. */
    public void share(int poolSize, Set<String> pinned) {
        routed.share(Math.max(1, poolSize), pinned);
    }

    /**
     * Something else may cross to other servers from here on.
     *
     * @param permissions null for everything
     */
    public void permit(@Nullable RoutePermissions permissions) {
        routed.permit(permissions);
    }

    /** Other limits hold for routes from here on. */
    public void reconfigure(int maxPingsOut) {
        pings.allow(PeerKind.ROUTE, maxPingsOut);
        for (Route route : byRid.values()) {
            route.peer.end.reconfigure();
        }
    }

    /** Tells somebody of what routes answer, who knows what they are for. */
    public void watch(RouteWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** The routes that are open, wherever they lead to. */
    List<Route> list() {
        return new ArrayList<>(byRid.values());
    }

    /** Number of routes that are open, wherever they lead to. */
    int count() {
        return byRid.size();
    }

    /** Number of routes that lead to a server that is known. */
    public int joinedCount() {
        return routed.count();
    }

    /** How the server is connected to the others of its cluster. */
    ClusterSnapshot snapshot() {
        return new ClusterSnapshot(
                joinedCount(),
                watcher.remoteCount(),
                counters.routed.snapshot(),
                counters.slow(PeerKind.ROUTE),
                counters.stale(PeerKind.ROUTE));
    }

    /** What is known of a route beyond what crosses it. */
    RouteFacts factsOf(Route route) {
        return watcher.factsOf(route);
    }

    // --- how they come and go

    /**
     * A route is connected, and begins its TLS handshake.
     *
     * @param solicited whether this server has dialed
     */
    public void onHandshake(Route route, boolean solicited) {
        register(route);
        route.peer.chargeTls();
        outbox.debug(
                route.peer,
                "Starting TLS route " + (solicited ? "client" : "server") + " handshake");
    }

    private void register(Route route) {
        if (peers.add(route.peer)) {
            byRid.put(route.peer.id, route);
            route.peer.counted = counters.routed;
            if (settlement.admits(route.peer)) {
                route.peer.chargeConnection(Peer.CONNECTION_BYTES);
            } else {
                error(route, "no memory is left for more connections");
                outbox.end(route.peer, CloseReason.MAX_CONNECTIONS_EXCEEDED);
            }
        }
    }

    /** A route's TLS handshake is done. */
    public void onSecured(Route route, TlsSession session) {
        if (!route.peer.closing) {
            outbox.debug(route.peer, session);
        }
    }

    /** A route's TLS handshake failed, and its connection with it. */
    public void onHandshakeFailed(Route route, String cause) {
        if (!route.peer.closing) {
            error(route, "TLS route handshake error: " + cause);
            outbox.end(route.peer, CloseReason.TLS_HANDSHAKE_FAILURE);
        }
    }

    /** A route is open; where it leads to is yet to be heard. */
    public void onOpen(Route route) {
        register(route);
        log.info(route.peer.label + " - Route connection created");
    }

    /** The server that a route leads to is too old to trace messages; told before it has joined. */
    public void onUntraced(Route route) {
        route.peer.traces = false;
    }

    /**
     * It is known where a route leads to: from here on, interest and messages cross it.
     *
     * @param name of the other server
     * @param understandsHeaders whether it does
     * @param share which accounts the route carries
     */
    public void onJoined(Route route, String name, boolean understandsHeaders, RouteShare share) {
        route.leadsTo(name, understandsHeaders, share);
        route.peer.wire = share.isOneAccounts() ? oneAccountsWire : wire;
        routed.add(route, share);
    }

    /**
     * The connection of a route is gone, and what its server wanted with it.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void onClosed(Route route, CloseReason reason) {
        route.peer.gone(reason);
        log.info(
                route.peer.label
                        + " - Router connection closed: "
                        + route.peer.closeReason.text()
                        + (route.peer.name.isEmpty() ? "" : " - Remote: " + route.peer.name));
        slow.end(route.peer, route.peer.closeReason);
        routed.remove(route);
        byRid.remove(route.peer.id);
        peers.remove(route.peer);
        route.peer.stopAwaiting();
        route.peer.creditConnection();
        route.peer.outbound.release();
    }

    // --- interest

    /** Another server has said so many bytes of itself or of others, some of which are kept. */
    public void onSaid(Route route, int bytes) {
        if (byRid.containsKey(route.peer.id)) {
            route.peer.chargeSaid(bytes);
        }
    }

    /** Whether there is an account of that name. */
    public boolean hasAccount(String name) {
        return accounts.named(name) != null;
    }

    /** Another server takes more than it did. */
    public void tellAgain(Route route) {
        routed.tellAgain(route);
    }

    /** The other server has told of the account whose route it is all that it had told before. */
    public void onTakenOver(Route route) {
        route.takingOver = false;
    }

    /** What another server has told of an account over this route, it has told over another one. */
    public void forget(Route route, String account) {
        routed.forget(route, account);
    }

    // --- what is said over them

    /** Sends another server a line of the protocol. */
    public void send(Route route, byte[] line) {
        outbox.send(route.peer, line);
    }

    /** Asks another server for a sign of life. */
    public void ping(Route route) {
        pings.ping(route.peer, System.nanoTime());
    }

    /** Another server has given a sign of life. */
    void onPong(Route route, long nowNs) {
        Pings.onPong(route.peer, nowNs);
        watcher.onPong(route);
    }

    /** Tells another server why it can't stay, and logs it. */
    public void refuse(Route route, String text, CloseReason reason) {
        error(route, text);
        outbox.refuse(route.peer, text);
        outbox.end(route.peer, reason);
    }

    /** Closes a route without a word, unless that is under way. */
    public void end(Route route, CloseReason reason) {
        if (!route.peer.closing) {
            outbox.end(route.peer, reason);
        }
    }

    /** Logs something that is wrong with a route. */
    public void error(Route route, String text) {
        outbox.error(route.peer, text);
    }

    /** Logs something about a route. */
    public void debug(Route route, String text) {
        outbox.debug(route.peer, text);
    }
}
