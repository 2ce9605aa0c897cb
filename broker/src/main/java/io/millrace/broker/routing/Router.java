package io.millrace.broker.routing;

import io.millrace.broker.config.LogOptions;
import io.millrace.broker.config.RoutePermissions;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.FrameLayout;
import io.millrace.protocol.Memory;
import io.millrace.protocol.Op;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Owns all routing state and does what clients ask: subscribe, unsubscribe, publish.
 *
 * <p>Every method runs on the routing thread, which is whoever consumes the ring. A stretch of
 * frames comes in through {@link #onFrames}; what it causes is appended to outbound queues, and
 * {@link #flush} sends it, once for the whole stretch.
 */
public final class Router {
    private static final byte[] PING = ascii("PING\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");

    private RouterLimits limits;
    private final ServerLog log;
    private final Tracer tracer;
    private final ChunkPool chunks;
    private final Matcher matcher = new Matcher();
    final NavigableMap<Long, Client> clients = new TreeMap<>();
    final Counters counters = new Counters();
    final SlowConsumers slow = new SlowConsumers();
    final ClosedClients closedClients;
    final NavigableMap<Long, Route> routes = new TreeMap<>();
    private final Accounts accounts = new Accounts();
    private final Outbox outbox;
    private final InterestMemory memory;
    private final RoutedInterest routed;
    private final Subscribing subscribing;
    private final Delivery delivery;
    private final Publishing publishing;

    private RouteWatcher watcher = RouteWatcher.NONE;
    private ServerInfo info;

    /** When the stretch came that is being routed. */
    private long stretchNs;

    /**
     * Makes a router without clients.
     *
     * @param info what clients are told about the server
     * @param pick chooses among the members of queue groups
     * @param traced how much of the protocol traces show
     */
    public Router(
            RouterLimits limits,
            ServerInfo info,
            ChunkPool chunks,
            QueuePick pick,
            ServerLog log,
            LogOptions traced) {
        this.limits = limits;
        this.closedClients = new ClosedClients(limits.maxClosedClients());
        this.info = info;
        this.chunks = chunks;
        this.log = log;
        tracer = new Tracer(log, traced);
        outbox = new Outbox(limits, log, tracer, counters, slow);
        memory = new InterestMemory(limits);
        routed = new RoutedInterest(log, tracer, matcher, outbox, accounts, counters, memory);
        subscribing =
                new Subscribing(limits, log, tracer, matcher, outbox, counters, routed, memory);
        delivery = new Delivery(limits, log, tracer, matcher, subscribing, outbox, counters, slow);
        publishing = new Publishing(log, matcher, delivery, outbox, pick, routed);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The account of clients that have not said who they are. */
    public Account globalAccount() {
        return accounts.global();
    }

    // --- what connections say

    /** A connection was accepted: greets it, and takes it in or turns it away. */
    public void onOpen(Client client) {
        greet(client, info);
        onOpenSilently(client);
    }

    private void greet(Client client, ServerInfo shown) {
        client.greeted = true;
        outbox.send(client, shown.line(client.id, client.ip, "", client.nonce));
    }

    /**
     * A connection was accepted that is to be greeted later, by {@link #onGreet} or {@link
     * #onSecured}: takes it in or turns it away.
     */
    public void onOpenSilently(Client client) {
        counters.connections++;
        if (limits.maxConnections() >= 0 && clients.size() >= limits.maxConnections()) {
            log.error(client.label + " - " + ProtocolError.MAXIMUM_CONNECTIONS.text());
            outbox.fail(
                    client,
                    ProtocolError.MAXIMUM_CONNECTIONS,
                    CloseReason.MAX_CONNECTIONS_EXCEEDED);
            return;
        }
        clients.put(client.id, client);
        outbox.debug(client, "Client connection created");
    }

    /** A client made us wait for its TLS handshake, and none came: greets it in the clear. */
    public void onGreet(Client client) {
        if (!client.closing) {
            greet(client, info);
        }
    }

    /** A client begins its TLS handshake. */
    public void onHandshake(Client client) {
        outbox.debug(client, "Starting TLS client connection handshake");
    }

    /** A client's TLS handshake is done; greets it if that is still to be done. */
    public void onSecured(Client client, TlsSession session) {
        if (client.closing) {
            return;
        }
        client.tls = session;
        noteSecured(client, session);
        if (!client.greeted) {
            greet(client, info.overTls());
        }
    }

    private void noteSecured(Link link, TlsSession session) {
        outbox.debug(link, "TLS handshake complete");
        outbox.debug(
                link,
                "TLS version " + session.version() + ", cipher suite " + session.cipherSuite());
    }

    /**
     * A client's TLS handshake failed, and its connection with it.
     *
     * @param probe whether it wasn't TLS at all, or nothing: what load balancers and scanners do
     * @param inTheClear whether nothing was encrypted yet, so that the client can be told
     */
    public void onHandshakeFailed(Client client, String cause, boolean probe, boolean inTheClear) {
        if (client.closing) {
            return;
        }
        String text = "TLS handshake error: " + cause;
        if (probe) {
            outbox.debug(client, text);
        } else {
            log.error(client.label + " - " + text);
        }
        if (inTheClear) {
            outbox.fail(client, ProtocolError.TLS_REQUIRED, CloseReason.TLS_HANDSHAKE_FAILURE);
        } else {
            outbox.end(client, CloseReason.TLS_HANDSHAKE_FAILURE);
        }
    }

    /** A client sent a valid CONNECT, and has proved that it is who it says. */
    public void onConnect(Client client, ConnectOptions options, Identity identity) {
        if (client.closing) {
            return;
        }
        if (client.connected) {
            subscribing.removeAll(client);
        }
        client.connect(options, identity, accounts.of(identity.account()));
        if (options.verbose()) {
            outbox.ok(client);
        }
    }

    /** A client speaks without having said who it is, and needn't. */
    public void onAnonymous(Client client, Identity identity) {
        client.connected = true;
        client.is(identity, accounts.of(identity.account()));
    }

    /**
     * A client could not prove that it is who it says.
     *
     * @param why for the debug log; the client isn't told
     */
    public void onAuthenticationFailure(Client client, Credentials claimed, String why) {
        if (client.closing) {
            return;
        }
        outbox.debug(client, why);
        String claim = Identity.claimedBy(claimed).claim();
        log.error(
                client.label + " - authentication error" + (claim.isEmpty() ? "" : " - " + claim));
        outbox.fail(
                client, ProtocolError.AUTHORIZATION_VIOLATION, CloseReason.AUTHENTICATION_FAILURE);
    }

    Collection<Account> accounts() {
        return accounts.all();
    }

    /** Shows something a client sent in the trace. */
    public void onTrace(Link link, String operation) {
        tracer.in(link, operation);
    }

    /** Something was said that ends a connection. */
    public void onError(Link link, ProtocolError error, CloseReason reason, String detail) {
        if (link.closing) {
            return;
        }
        if (!detail.isEmpty()) {
            log.error(link.label + " - " + detail);
        }
        outbox.fail(link, error, reason);
    }

    /**
     * The connection is gone; its I/O loop won't touch the client any more.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void onClosed(Client client, CloseReason reason) {
        if (!client.closing) {
            client.closing = true;
            client.closeReason = reason;
        }
        outbox.debug(client, "Client connection closed: " + client.closeReason.text());
        closedClients.add(client, client.closeReason);
        slow.end(client, client.closeReason);
        subscribing.removeAll(client);
        clients.remove(client.id);
        client.outbound.release();
    }

    /**
     * It is time for a sign of life.
     *
     * @param recentlyHeard whether it sent something within the last ping interval, which will do
     * @param nowNs the time, {@link System#nanoTime}
     */
    public void onPingTimer(Link link, boolean recentlyHeard, long nowNs) {
        if (link.closing) {
            return;
        }
        String kind = link.kind.text();
        outbox.debug(link, kind + " Ping Timer");
        if (recentlyHeard && link.rttNs > 0) {
            return;
        }
        if (link.pingsOut + 1 > link.maxPingsOut(limits)) {
            counters.staleConnection(link);
            outbox.debug(link, "Stale " + kind + " Connection - Closing");
            outbox.fail(link, ProtocolError.STALE_CONNECTION, CloseReason.STALE_CONNECTION);
            return;
        }
        sendPing(link, nowNs);
    }

    private void sendPing(Link link, long nowNs) {
        link.pingsOut++;
        link.pingSentNs = nowNs;
        if (tracer.isOn()) {
            tracer.out(link, "PING");
        }
        outbox.send(link, PING);
    }

    /** The kernel took nothing from a link's queue for longer than the write deadline. */
    public void onWriteDeadline(Link link, String deadline, int chunkCount) {
        if (link.closing) {
            return;
        }
        counters.slowConsumer(link);
        slow.note(link, "");
        log.info(
                link.label
                        + " - Slow Consumer Detected: WriteDeadline of "
                        + deadline
                        + " exceeded with "
                        + chunkCount
                        + " chunks of "
                        + link.outbound.pendingBytes()
                        + " total bytes.");
        outbox.abandon(link, CloseReason.SLOW_CONSUMER_WRITE_DEADLINE);
    }

    /** A stretch of frames from one connection, in the order it sent them. */
    public void onFrames(Link link, FrameBlock block, long nowNs) {
        stretchNs = nowNs;
        switch (link) {
            case Client client -> onClientFrames(client, block, nowNs);
            case Route route -> onRouteFrames(route, block, nowNs);
        }
    }

    private void onClientFrames(Client client, FrameBlock block, long nowNs) {
        long messagesBefore = client.inMessages;
        long bytesBefore = client.inBytes;
        long changesBefore = counters.inserts + counters.removes;
        long bytes = block.bytes();
        int count = block.count();
        for (int i = 0; i < count && !client.closing; i++) {
            long frame = block.frame(i);
            if (tracer.isOn()) {
                tracer.in(client, bytes, frame);
            }
            switch (Memory.getInt(frame + FrameLayout.OP)) {
                case Op.PUB, Op.HPUB -> publishing.publish(client, bytes, frame);
                case Op.SUB -> subscribing.subscribe(client, bytes, frame);
                case Op.UNSUB -> subscribing.unsubscribe(client, bytes, frame);
                case Op.PING -> ping(client);
                case Op.PONG -> pong(client, nowNs);
                default -> throw new IllegalStateException("frame of another kind");
            }
        }
        long messages = client.inMessages - messagesBefore;
        if (messages > 0) {
            counters.in(client, messages, client.inBytes - bytesBefore);
        }
        if (messages > 0 || counters.inserts + counters.removes != changesBefore) {
            client.lastNs = nowNs;
        }
    }

    private void onRouteFrames(Route route, FrameBlock block, long nowNs) {
        long bytes = block.bytes();
        int count = block.count();
        long messagesBefore = route.inMessages;
        long bytesBefore = route.inBytes;
        boolean active = false;
        for (int i = 0; i < count && !route.closing; i++) {
            long frame = block.frame(i);
            if (tracer.isOn()) {
                tracer.in(route, bytes, frame);
            }
            int op = Memory.getInt(frame + FrameLayout.OP);
            active |= op != Op.PING && op != Op.PONG;
            switch (op) {
                case Op.RMSG, Op.HMSG -> publishing.publish(route, bytes, frame);
                case Op.RS_PLUS -> routed.subscribed(route, bytes, frame);
                case Op.RS_MINUS -> routed.unsubscribed(route, bytes, frame);
                case Op.PING -> sendPong(route);
                case Op.PONG -> {
                    pong(route, nowNs);
                    watcher.onPong(route);
                }
                default -> throw new IllegalStateException("frame of another kind");
            }
        }
        long messages = route.inMessages - messagesBefore;
        if (messages > 0) {
            counters.in(messages, route.inBytes - bytesBefore);
        }
        if (active) {
            route.lastNs = nowNs;
        }
    }

    // --- other servers

    /**
     * The server is one of a cluster; called before there are clients.
     *
     * @param poolSize routes that lead to each of the others
     * @param pinned accounts that have routes of their own
     * @param permissions what may cross to the others; null for everything
     */
    public void joinCluster(
            int poolSize, Set<String> pinned, @Nullable RoutePermissions permissions) {
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

    /** Another server takes more than it did. */
    public void tellAgain(Route route) {
        routed.tellAgain(route);
    }

    /** What another server has told of an account over this route, it tells over another one. */
    public void forget(Route route, String account) {
        routed.forget(route, account);
    }

    /** Other limits hold for routes from here on. */
    public void reconfigureRoutes(int maxPingsOut) {
        for (Route route : routes.values()) {
            route.allowPingsOut(maxPingsOut);
            route.peer.reconfigure();
        }
    }

    /** Tells somebody of what routes answer, who knows what they are for. */
    public void watchRoutes(RouteWatcher newWatcher) {
        watcher = newWatcher;
    }

    /** These accounts exist, though nobody may be in them yet. */
    public void onAccounts(Set<String> names) {
        names.forEach(accounts::of);
    }

    /** Whether there is an account of that name. */
    public boolean hasAccount(String name) {
        return accounts.named(name) != null;
    }

    /**
     * A route is connected, and begins its TLS handshake.
     *
     * @param solicited whether this server has dialed
     */
    public void onRouteHandshake(Route route, boolean solicited) {
        routes.put(route.id, route);
        outbox.debug(
                route, "Starting TLS route " + (solicited ? "client" : "server") + " handshake");
    }

    /** A route's TLS handshake is done. */
    public void onRouteSecured(Route route, TlsSession session) {
        if (!route.closing) {
            noteSecured(route, session);
        }
    }

    /** A route's TLS handshake failed, and its connection with it. */
    public void onRouteHandshakeFailed(Route route, String cause) {
        if (!route.closing) {
            log.error(route.label + " - TLS route handshake error: " + cause);
            outbox.end(route, CloseReason.TLS_HANDSHAKE_FAILURE);
        }
    }

    /** A route is open; where it leads to is yet to be heard. */
    public void onRouteOpen(Route route) {
        routes.put(route.id, route);
        log.info(route.label + " - Route connection created");
    }

    /**
     * It is known where a route leads to: from here on, interest and messages cross it.
     *
     * @param name of the other server
     * @param understandsHeaders whether it does
     * @param share which accounts the route carries
     */
    public void onRouteJoined(
            Route route, String name, boolean understandsHeaders, RouteShare share) {
        route.leadsTo(name, understandsHeaders, share);
        routed.add(route, share);
    }

    /** The connection of a route is gone, and what its server wanted with it. */
    public void onRouteClosed(Route route, CloseReason reason) {
        if (!route.closing) {
            route.closing = true;
            route.closeReason = reason;
        }
        log.info(
                route.label
                        + " - Router connection closed: "
                        + route.closeReason.text()
                        + (route.name().isEmpty() ? "" : " - Remote: " + route.name()));
        slow.end(route, route.closeReason);
        routed.remove(route);
        routes.remove(route.id);
        route.outbound.release();
    }

    /** Sends another server a line of the protocol. */
    public void send(Route route, byte[] line) {
        outbox.send(route, line);
    }

    /** Asks another server for a sign of life. */
    public void ping(Route route) {
        sendPing(route, System.nanoTime());
    }

    /** Tells another server why it can't stay, and logs it. */
    public void refuse(Route route, String text, CloseReason reason) {
        log.error(text);
        outbox.refuse(route, text);
        outbox.end(route, reason);
    }

    /** Closes a route without a word. */
    public void end(Route route, CloseReason reason) {
        outbox.end(route, reason);
    }

    /** Logs something about a route. */
    public void debug(Route route, String text) {
        outbox.debug(route, text);
    }

    /** Clients are told the name of the cluster from here on. */
    public void onClusterName(String name) {
        info = info.inCluster(name);
    }

    /** The servers that clients may turn to are others. */
    public void onClientUrls(List<String> urls) {
        if (!urls.equals(info.connectUrls())) {
            info = info.withConnectUrls(urls);
            tellInfo();
        }
    }

    // --- keep-alive

    private void sendPong(Link link) {
        if (tracer.isOn()) {
            tracer.out(link, "PONG");
        }
        outbox.send(link, PONG);
    }

    private void ping(Client client) {
        sendPong(client);
        if (client.connected && !client.firstPongSent) {
            client.firstPongSent = true;
            if (client.options.protocol() >= 1) {
                outbox.send(
                        client, info.line(client.id, client.ip, client.account.name, client.nonce));
            }
        }
    }

    private static void pong(Link client, long nowNs) {
        if (client.pingsOut > 0) {
            client.rttNs = Math.max(1, nowNs - client.pingSentNs);
        }
        client.pingsOut = 0;
    }

    // --- the server as a whole

    /** Tells clients something else about the server from here on. */
    public void onInfo(ServerInfo newInfo) {
        info = newInfo;
    }

    /**
     * The server's options are others: one change, as far as clients can tell.
     *
     * @param newInfo what clients are told about the server
     * @param traced how much of the protocol traces show
     * @param users who is let in, and what they may do
     */
    public void onReload(
            RouterLimits newLimits, ServerInfo newInfo, LogOptions traced, Reassessment users) {
        limits = newLimits;
        outbox.use(limits);
        subscribing.use(limits);
        memory.use(limits);
        delivery.use(limits);
        tracer.show(traced);
        reassess(users);
        closeExcess();
        ServerInfo told =
                (info.ldm() ? newInfo.inLameDuckMode() : newInfo)
                        .inCluster(info.cluster())
                        .withConnectUrls(info.connectUrls());
        if (!told.equals(info)) {
            info = told;
            tellInfo();
        }
        clients.values().forEach(client -> client.peer.reconfigure());
    }

    private void reassess(Reassessment users) {
        for (Client client : clients()) {
            if (client.closing) {
                continue;
            }
            Identity before = client.identity;
            Credentials said = client.options.credentials();
            Optional<Identity> now = users.of(said, client.tls(), before);
            if (now.isEmpty()) {
                onAuthenticationFailure(client, said, "not let in any more");
            } else if (!now.get().account().equals(before.account())) {
                outbox.end(client, CloseReason.CLIENT_CLOSED);
            } else if (!Permissions.same(now.get().permissions(), before.permissions())) {
                client.is(now.get(), client.account);
                subscribing.review(client);
            }
        }
    }

    /** The newest have to go. */
    private void closeExcess() {
        int excess = limits.maxConnections() < 0 ? 0 : clients.size() - limits.maxConnections();
        if (excess <= 0) {
            return;
        }
        for (Client client : clients().reversed().subList(0, excess)) {
            if (!client.closing) {
                outbox.fail(
                        client,
                        ProtocolError.MAXIMUM_CONNECTIONS,
                        CloseReason.MAX_CONNECTIONS_EXCEEDED);
            }
        }
        log.info("Closed " + excess + " connections to fall within max_connections");
    }

    private void tellInfo() {
        for (Client client : clients.values()) {
            if (client.options.protocol() >= 1 && !client.closing) {
                outbox.send(client, info.line(client.id, client.ip, "", client.nonce));
            }
        }
    }

    /** Uses a subject cache from here on. */
    public void onCache(SubjectCache cache) {
        matcher.use(cache);
    }

    /** Tells all clients that the server is about to leave. */
    public void onLameDuck() {
        info = info.inLameDuckMode();
        tellInfo();
    }

    /** The clients there are, for someone who will close them one by one. */
    public List<Client> clients() {
        return new ArrayList<>(clients.values());
    }

    /** Closes a connection that did nothing wrong. */
    public void onClose(Link link, CloseReason reason) {
        if (!link.closing) {
            outbox.end(link, reason);
        }
    }

    /** Number of clients. */
    public int clientCount() {
        return clients.size();
    }

    /** All connections, for someone who will close them. */
    public List<Link> links() {
        List<Link> links = new ArrayList<>(clients.values());
        links.addAll(routes.values());
        return links;
    }

    /** Number of routes that lead to a server that is known. */
    public int routeCount() {
        return (int) routes.values().stream().filter(route -> route.share != null).count();
    }

    /** Number of connections. */
    public int linkCount() {
        return clients.size() + routes.size();
    }

    /** How the server is connected to the others of its cluster. */
    ClusterSnapshot cluster() {
        return new ClusterSnapshot(
                routed.routes(),
                watcher.remoteCount(),
                counters.routed.snapshot(),
                counters.slowRoutes,
                counters.staleRoutes);
    }

    /** What is known of a route beyond what crosses it. */
    RouteFacts factsOf(Route route) {
        return watcher.factsOf(route);
    }

    /** Number of subscriptions of all accounts. */
    public int subscriptionCount() {
        return accounts.all().stream().mapToInt(account -> account.index.size()).sum();
    }

    /** Clients that were closed for being too slow. */
    public long slowConsumers() {
        return counters.slowConsumers;
    }

    /** What clients are told about the server. */
    ServerInfo info() {
        return info;
    }

    /** What the subscriptions and the cache of their matches do. */
    SublistStats sublistStats() {
        return matcher.stats(
                subscriptionCount(),
                counters.inserts,
                counters.removes,
                counters.traffic.inMessages);
    }

    /** Frees what the router allocated; every client must be gone. */
    public void close() {
        matcher.close();
        chunks.close();
        delivery.close();
        routed.close();
    }

    /**
     * Sends all that was caused since the last call, with one flush for each client it is for, and
     * closes the connections that end with it.
     *
     * @param readNs when the bytes arrived that caused it, {@link System#nanoTime}; 0 if they
     *     aren't timed
     */
    public void flush(long readNs) {
        outbox.flush(readNs, stretchNs);
    }

    /** Bytes that may wait for a client that was slow and isn't any more. */
    long caughtUpBytes() {
        return limits.caughtUpBytes();
    }
}
