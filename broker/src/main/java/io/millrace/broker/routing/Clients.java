package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Medium;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peers;
import io.millrace.broker.routing.peer.Pings;
import io.millrace.broker.routing.peer.Remote;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.broker.routing.peer.Settlement;
import io.millrace.broker.routing.peer.SlowConsumers;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ServerInfo;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The clients there are: how they come and go, and the INFO that tells them about the server.
 * Routing thread.
 *
 * <p>A client gets INFO when it has come, in the clear or over TLS, and once more behind its first
 * PONG, which names its account; from then on when the server isn't any more what it was told.
 */
public final class Clients {
    final NavigableMap<Long, Client> byCid = new TreeMap<>();
    private final Peers peers;
    final ClosedClients closed;
    private final ServerLog log;
    private final Outbox outbox;
    private final Pings pings;
    private final Counters counters;
    private final SlowConsumers slow;
    private final Subscribing subscribing;
    private final ClientWire wire;
    private final Settlement settlement;
    private final Presence presence;
    private RouterLimits limits;

    /** What clients are told about the server. */
    private ServerInfo info;

    /** What those that have come by WebSocket are told otherwise. */
    private WebSocketInfo webSocket = WebSocketInfo.NONE;

    private Consumer<ServerInfo> infoWatcher = _ -> {};
    private String systemAccount = "";

    Clients(
            RouterLimits limits,
            ServerInfo info,
            Peers peers,
            ServerLog log,
            Outbox outbox,
            Pings pings,
            Counters counters,
            SlowConsumers slow,
            Subscribing subscribing,
            ClientWire wire,
            Ledger ledger,
            Settlement settlement,
            Presence presence) {
        this.limits = limits;
        this.info = info;
        this.peers = peers;
        this.log = log;
        this.outbox = outbox;
        this.pings = pings;
        this.counters = counters;
        this.slow = slow;
        this.subscribing = subscribing;
        this.wire = wire;
        this.settlement = settlement;
        this.presence = presence;
        closed = new ClosedClients(limits.maxClosedClients(), ledger);
    }

    /** The clients there are, for someone who will close them one by one. */
    public List<Client> list() {
        return new ArrayList<>(byCid.values());
    }

    /** Number of clients. */
    public int count() {
        return byCid.size();
    }

    // --- how they come and go

    /** A connection was accepted: greets it, and takes it in or turns it away. */
    public void onOpen(Client client) {
        greet(client, info);
        onOpenSilently(client);
    }

    private void greet(Client client, ServerInfo shown) {
        client.greeted = true;
        outbox.send(client.peer, line(shown, client, ""));
    }

    /**
     * A connection was accepted that is to be greeted later, by {@link #onGreet} or {@link
     * #onSecured}: takes it in or turns it away.
     */
    public void onOpenSilently(Client client) {
        counters.connections++;
        client.peer.wire = wire;
        boolean room = settlement.admits(client.peer);
        if (room) {
            client.peer.chargeConnection(client.peer.openedBytes());
        } else {
            // And not charged, lest somebody else has to pay for the moment that it stays.
            outbox.error(client.peer, "no memory is left for more connections");
        }
        if (!room || limits.maxConnections() >= 0 && count() >= limits.maxConnections()) {
            outbox.error(client.peer, ProtocolError.MAXIMUM_CONNECTIONS.text());
            outbox.fail(
                    client.peer,
                    ProtocolError.MAXIMUM_CONNECTIONS,
                    CloseReason.MAX_CONNECTIONS_EXCEEDED);
            return;
        }
        byCid.put(client.peer.id, client);
        peers.add(client.peer);
        outbox.debug(client.peer, "Client connection created");
    }

    /** It is known where a client comes from, which hasn't said anything yet. */
    public void onOrigin(Client client, Remote remote) {
        client.originKnown = true;
        if (client.peer.closing || remote.equals(client.peer.remote())) {
            return;
        }
        outbox.debug(client.peer, "Client is " + remote.address() + ", says the proxy");
        client.peer.isAt(remote);
    }

    /** What a proxy has said makes no sense. */
    public void onProxyRefused(Client client, String why) {
        if (client.peer.closing) {
            return;
        }
        log.warn("Error reading PROXY protocol header from " + client.peer.address + ": " + why);
        outbox.end(client.peer, CloseReason.PROTOCOL_VIOLATION);
    }

    /** A client made us wait for its TLS handshake, and none came: greets it in the clear. */
    public void onGreet(Client client) {
        if (!client.peer.closing) {
            greet(client, info);
        }
    }

    /** A client begins its TLS handshake. */
    public void onHandshake(Client client) {
        client.peer.chargeTls();
        outbox.debug(client.peer, "Starting TLS client connection handshake");
    }

    /** A client's TLS handshake is done; greets it if that is still to be done. */
    public void onSecured(Client client, TlsSession session) {
        if (client.peer.closing) {
            return;
        }
        client.tls = session;
        outbox.debug(client.peer, session);
        if (!client.greeted) {
            greet(client, info.overTls());
        }
    }

    /**
     * A client's TLS handshake failed, and its connection with it.
     *
     * @param probe whether it wasn't TLS at all, or nothing: what load balancers and scanners do
     * @param inTheClear whether nothing was encrypted yet, so that the client can be told
     */
    public void onHandshakeFailed(Client client, String cause, boolean probe, boolean inTheClear) {
        if (client.peer.closing) {
            return;
        }
        String text = "TLS handshake error: " + cause;
        if (probe) {
            outbox.debug(client.peer, text);
        } else {
            outbox.error(client.peer, text);
        }
        if (inTheClear) {
            outbox.fail(client.peer, ProtocolError.TLS_REQUIRED, CloseReason.TLS_HANDSHAKE_FAILURE);
        } else {
            outbox.end(client.peer, CloseReason.TLS_HANDSHAKE_FAILURE);
        }
    }

    /** A client asks for a sign of life; with the first, it learns what is known of it by now. */
    void onPing(Client client) {
        pings.pong(client.peer);
        if (client.connected && !client.firstPongSent) {
            client.firstPongSent = true;
            if (client.options.protocol() >= 1) {
                outbox.send(client.peer, line(info, client, client.account().name));
            }
        }
    }

    /**
     * The connection is gone; its I/O loop won't touch the client any more.
     *
     * @param reason what the loop saw; where the router had closed it before, its reason stands
     */
    public void onClosed(Client client, CloseReason reason) {
        client.peer.gone(reason);
        outbox.debug(client.peer, "Client connection closed: " + client.peer.closeReason.text());
        presence.gone(client, closed.add(client, client.peer.closeReason));
        slow.end(client.peer, client.peer.closeReason);
        byCid.remove(client.peer.id);
        peers.remove(client.peer);
        client.peer.releasePermits();
        client.peer.stopAwaiting();
        client.peer.creditConnection();
        subscribing.removeAll(client.peer);
        client.peer.outbound.release();
    }

    // --- what they are told about the server

    /** What clients are told about the server. */
    ServerInfo info() {
        return info;
    }

    /** The INFO line of a client: its account may bound its payloads more than the server does. */
    private byte[] line(ServerInfo server, Client client, String account) {
        ServerInfo all = server.withMaxPayload(payloadBytes(server, client));
        client.toldPayloadBytes = all.maxPayload();
        boolean system = account.equals(systemAccount);
        ServerInfo told =
                switch (client.peer.medium()) {
                    case SOCKET -> all;
                    case WEBSOCKET -> webSocket.of(all);
                    case IN_PROCESS -> all.inProcess();
                };
        String ip = client.peer.isInProcess() ? "" : knownIp(client);
        return told.line(client.peer.id, ip, account, client.nonce, system);
    }

    /** A proxy's address isn't told. */
    private static String knownIp(Client client) {
        return client.originKnown ? client.peer.ip : "";
    }

    /** The name of the system account, which its clients are told; empty for none. */
    void systemAccount(String name) {
        systemAccount = name;
    }

    private static int payloadBytes(ServerInfo server, Client client) {
        return client.account().limits.payloadBytes(server.maxPayload());
    }

    /** Tells clients something else about the server from here on. */
    public void onInfo(ServerInfo newInfo) {
        use(newInfo);
    }

    /** Somebody else has to know what the server is called. */
    void watchInfo(Consumer<ServerInfo> watcher) {
        infoWatcher = watcher;
        watcher.accept(info);
    }

    private void use(ServerInfo newInfo) {
        info = newInfo;
        infoWatcher.accept(newInfo);
    }

    /** The name of the cluster, as clients are told; empty for none. */
    public String clusterName() {
        return info.cluster();
    }

    /** Whether clients may send headers. */
    public boolean headers() {
        return info.headers();
    }

    /** Clients are told the name of the cluster from here on. */
    public void onClusterName(String name) {
        use(info.inCluster(name));
    }

    /**
     * The servers that clients may turn to are others.
     *
     * @param urls where clients reach them
     * @param webSocketUrls where those reach them that come by WebSocket
     */
    public void onClientUrls(List<String> urls, List<String> webSocketUrls) {
        boolean news = !urls.equals(info.connectUrls());
        boolean webSocketNews = !webSocketUrls.equals(webSocket.connectUrls());
        info = info.withConnectUrls(urls);
        webSocket = webSocket.withConnectUrls(webSocketUrls);
        if (news || webSocketNews) {
            tell(info, client -> isByWebSocket(client) ? webSocketNews : news);
        }
    }

    private static boolean isByWebSocket(Client client) {
        return client.peer.medium() == Medium.WEBSOCKET;
    }

    /**
     * Tells all clients that the server is about to leave; once, so that what they are told later
     * doesn't have them leave again.
     *
     * @param others the servers that they may turn to
     * @param webSocketOthers the same for those that come by WebSocket
     */
    public void onLameDuck(List<String> others, List<String> webSocketOthers) {
        info = info.withConnectUrls(others);
        webSocket = webSocket.withConnectUrls(webSocketOthers);
        tell(info.inLameDuckMode());
    }

    /** Tells clients that come by WebSocket something else about the server from here on. */
    public void onWebSocketInfo(WebSocketInfo told) {
        webSocket = told.withConnectUrls(webSocket.connectUrls());
    }

    /** What clients that come by WebSocket are told otherwise. */
    WebSocketInfo webSocketInfo() {
        return webSocket;
    }

    /**
     * An operator wants a client gone.
     *
     * @return false if there is none of that number
     */
    public boolean onKick(long cid) {
        Client client = byCid.get(cid);
        if (client == null) {
            return false;
        }
        if (!client.peer.closing) {
            outbox.end(client.peer, CloseReason.KICKED);
        }
        return true;
    }

    /** What became of telling one client to leave. */
    public enum Told {
        TOLD,
        /** There is none of that number. */
        GONE,
        /** It hasn't asked to be told such things, or hasn't got its first PONG yet. */
        DEAF
    }

    /** An operator wants a client to go to another server. */
    public Told onLameDuck(long cid) {
        Client client = byCid.get(cid);
        if (client == null) {
            return Told.GONE;
        }
        if (client.options.protocol() < 1 || !client.firstPongSent || client.peer.closing) {
            return Told.DEAF;
        }
        String account = client.account().name;
        outbox.send(client.peer, line(info.inLameDuckMode(), client, account));
        return Told.TOLD;
    }

    /**
     * Other limits hold, and something else is told about the server; see {@link Router#onReload}.
     */
    void onReload(RouterLimits newLimits, ServerInfo newInfo) {
        limits = newLimits;
        closeExcess();
        ServerInfo told = newInfo.inCluster(info.cluster()).withConnectUrls(info.connectUrls());
        boolean same = told.equals(info);
        use(told);
        tell(info, client -> !same || payloadBytes(told, client) != client.toldPayloadBytes);
        byCid.values().forEach(client -> client.peer.end.reconfigure());
    }

    /** The newest have to go. */
    private void closeExcess() {
        int excess = limits.maxConnections() < 0 ? 0 : count() - limits.maxConnections();
        if (excess <= 0) {
            return;
        }
        for (Client client : list().reversed().subList(0, excess)) {
            if (!client.peer.closing) {
                outbox.fail(
                        client.peer,
                        ProtocolError.MAXIMUM_CONNECTIONS,
                        CloseReason.MAX_CONNECTIONS_EXCEEDED);
            }
        }
        log.info("Closed " + excess + " connections to fall within max_connections");
    }

    /** Clients that wait for the answer to their first PING take nothing else; it follows that. */
    private void tell(ServerInfo news) {
        tell(news, _ -> true);
    }

    private void tell(ServerInfo news, Predicate<Client> whom) {
        for (Client client : byCid.values()) {
            if (whom.test(client)
                    && client.options.protocol() >= 1
                    && client.firstPongSent
                    && !client.peer.closing) {
                outbox.send(client.peer, line(news, client, ""));
            }
        }
    }
}
