package io.millrace.bench;

import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.match.QueuePick;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectParser;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A router with a publisher, subscribers and other servers, none of which has a socket. */
public final class Routed implements AutoCloseable {
    private static final int CACHED_SUBJECTS = 4096;

    /** Behind those of all clients. */
    private static final long ROUTE_IDS = 1_000;

    private static final long MAX_PENDING = 64L * 1024 * 1024;

    private final ChunkPool chunks = new ChunkPool();
    private final Identity user;
    private final Router router;
    private final List<Client> clients = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Sink> sinks = new ArrayList<>();

    /**
     * Makes a router with clients.
     *
     * @param subscribers number of subscribers
     * @param subscribing what each of them sends
     */
    public Routed(int subscribers, String subscribing) {
        this(subscribers, subscribing, null);
    }

    /**
     * Makes a router with clients.
     *
     * @param subscribers number of subscribers
     * @param subscribing what each of them sends, by its number
     */
    public Routed(int subscribers, IntFunction<String> subscribing) {
        this(subscribers, subscribing, null);
    }

    /**
     * Makes a router with clients that may not do everything.
     *
     * @param permissions of the publisher and of each subscriber; null for everything
     */
    public Routed(int subscribers, String subscribing, @Nullable Permissions permissions) {
        this(subscribers, number -> subscribing, permissions);
    }

    private Routed(
            int subscribers, IntFunction<String> subscribing, @Nullable Permissions permissions) {
        user = new Identity(Identity.Kind.USER, "bench", Account.GLOBAL, permissions);
        router =
                new Router(
                        new RouterLimits(-1, 0, 0, MAX_PENDING, 2, true, 10_000),
                        new ServerInfo(
                                "N", "bench", "0", "0", "java", "::", 0, 1, true, false, false,
                                false, false, "", List.of(), false),
                        chunks,
                        new QueuePick(1),
                        ServerLog.discarding(),
                        new OptionsBuilder().conclude(1).log());
        router.onCache(new SubjectCache(CACHED_SUBJECTS));
        connect();
        for (int i = 0; i < subscribers; i++) {
            Client subscriber = connect();
            try (Commands subscribe = new Commands(subscribing.apply(i))) {
                router.onFrames(subscriber, subscribe.parse(), 1);
            }
        }
        router.flush(0);
    }

    private Client connect() {
        OutboundQueue queue = new OutboundQueue(chunks);
        Sink sink = new Sink(queue);
        Client client =
                new Client(
                        clients.size() + 1L,
                        "127.0.0.1",
                        1,
                        router.globalAccount(),
                        "",
                        sink,
                        queue);
        clients.add(client);
        sinks.add(sink);
        router.clients().onOpen(client);
        router.admission().onConnect(client, quiet(), user);
        return client;
    }

    /**
     * Joins another server to it.
     *
     * @param interest what that server tells of its clients' interest
     */
    public Route join(String interest) {
        OutboundQueue queue = new OutboundQueue(chunks);
        Sink sink = new Sink(queue);
        Route route = new Route(ROUTE_IDS + routes.size(), "127.0.0.1", 1, sink, queue);
        routes.add(route);
        sinks.add(sink);
        router.routes().onOpen(route);
        router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        try (Commands telling = Commands.ofRoute(interest)) {
            router.onFrames(route, telling.parse(), 1);
        }
        router.flush(0);
        return route;
    }

    private static ConnectOptions quiet() {
        byte[] json = "{\"verbose\":false,\"headers\":true}".getBytes(StandardCharsets.US_ASCII);
        try {
            return ConnectParser.parse(json, ConnectOptions.BEFORE_CONNECT);
        } catch (ConnectParser.MalformedConnectException e) {
            throw new IllegalStateException(e);
        }
    }

    public Router router() {
        return router;
    }

    /** Where its queues' memory comes from. */
    public ChunkPool chunks() {
        return chunks;
    }

    public Client publisher() {
        return clients.getFirst();
    }

    /** Bytes that all subscribers and other servers got. */
    public long bytes() {
        long bytes = 0;
        for (int i = 1; i < sinks.size(); i++) {
            bytes += sinks.get(i).bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        for (Client client : clients) {
            router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        }
        for (Route route : routes) {
            router.routes().onClosed(route, CloseReason.CLIENT_CLOSED);
        }
        router.close();
    }
}
