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
import io.millrace.protocol.NodeHash;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The routes to the other servers of the cluster: how they come and go, and what is said over them
 * besides interest and messages. Routing thread.
 *
 * <p>Which server a route leads to, and whether it may stay, is decided by whoever {@linkplain
 * #watch watches} them, who calls this for all that becomes of a route.
 */
public final class ClusterRoutes {
    private final ServerLinks<Route> links;
    private final Pings pings;
    private final Counters counters;
    private final Accounts accounts;
    private final RoutedInterest routed;
    private final RouteWire wire;
    private final RouteWire oneAccountsWire;
    private final RouteWire leavesWire;
    private final RouteWire oneAccountsLeavesWire;
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
        wire = new RouteWire(writer, true, false);
        oneAccountsWire = new RouteWire(writer, false, false);
        leavesWire = new RouteWire(writer, true, true);
        oneAccountsLeavesWire = new RouteWire(writer, false, true);
        links =
                new ServerLinks<>(
                        "route", counters.routed, peers, log, outbox, pings, slow, settlement);
        this.pings = pings;
        this.counters = counters;
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
        for (Route route : links.byId.values()) {
            route.peer.end.reconfigure();
        }
    }

    /** Tells somebody of what routes answer, who knows what they are for. */
    public void watch(RouteWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** Tells somebody of those that come and go. */
    void watch(LinkWatcher newWatcher) {
        links.watch(newWatcher);
    }

    /** The one of a number; null if it isn't open. */
    @Nullable Route byRid(long rid) {
        return links.byId.get(rid);
    }

    /** Those whose numbers are greater, in order. */
    Collection<Route> after(long rid) {
        return links.byId.tailMap(rid, false).values();
    }

    /** The routes that are open, wherever they lead to. */
    List<Route> list() {
        return links.list();
    }

    /** Number of routes that are open, wherever they lead to. */
    int count() {
        return links.byId.size();
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
        links.handshake(route, solicited);
    }

    /** A route's TLS handshake is done. */
    public void onSecured(Route route, TlsSession session) {
        links.secured(route, session);
    }

    /** A route's TLS handshake failed, and its connection with it. */
    public void onHandshakeFailed(Route route, String cause) {
        links.handshakeFailed(route, cause);
    }

    /** A route is open; where it leads to is yet to be heard. */
    public void onOpen(Route route) {
        links.open(route);
        links.info(route, "Route connection created");
    }

    /** It is known which server a route leads to; told before it has joined. */
    public void onIdentified(Route route, String serverId) {
        route.serverHash = NodeHash.ofGateway(serverId).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The server that a route leads to understands from which leaf node's cluster something comes;
     * told before it has joined.
     */
    public void onOrigins(Route route) {
        route.origins = true;
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
        boolean one = share.isOneAccounts();
        boolean leaves = route.origins && understandsHeaders;
        route.peer.wire =
                leaves ? one ? oneAccountsLeavesWire : leavesWire : one ? oneAccountsWire : wire;
        routed.add(route, share);
        links.joined(route);
    }

    /**
     * The connection of a route is gone, and what its server wanted with it.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void onClosed(Route route, CloseReason reason) {
        links.closed(route, reason, () -> routed.remove(route));
    }

    // --- interest

    /** Another server has said so many bytes of itself or of others, some of which are kept. */
    public void onSaid(Route route, int bytes) {
        links.said(route, bytes);
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
        links.send(route, line);
    }

    /** Asks another server for a sign of life. */
    public void ping(Route route) {
        links.ping(route);
    }

    /** Another server has given a sign of life. */
    void onPong(Route route, long nowNs) {
        Pings.onPong(route.peer, nowNs);
        watcher.onPong(route);
    }

    /** Tells another server why it can't stay, and logs it. */
    public void refuse(Route route, String text, CloseReason reason) {
        links.refuse(route, text, reason);
    }

    /** Closes a route without a word, unless that is under way. */
    public void end(Route route, CloseReason reason) {
        links.end(route, reason);
    }

    /** Logs something that is wrong with a route. */
    public void error(Route route, String text) {
        links.error(route, text);
    }

    /** Logs something about a route. */
    public void debug(Route route, String text) {
        links.debug(route, text);
    }
}
