package io.millrace.broker;

import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.auth.LeafLogin;
import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.jetstream.JetStreamAccounts;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.broker.connection.ConnectionLimits;
import io.millrace.broker.connection.GatewayTerms;
import io.millrace.broker.connection.LeafRules;
import io.millrace.broker.connection.RouteTerms;
import io.millrace.broker.ledger.GivenMemory;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.peer.RouterLimits;
import io.netty.util.internal.PlatformDependent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What options mean for the parts of a server: what holds for each until they are reloaded. */
final class Terms {
    /** Control lines of routes may be so many times longer than those of clients: queue lists. */
    private static final int LONGER_LINES = 16;

    /** A little more than a stretch holds: longer ones have memory of their own. */
    private static final int LONGEST_LINE_BYTES = 60 * 1024;

    /**
     * Largest payload from another server, which has its own idea of what its clients may send: as
     * much as the reference lets any server be configured for.
     */
    private static final int MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

    private Terms() {}

    /** How much may be kept for clients and other servers: no more than Netty may allocate. */
    static MemoryBounds memory(Options options) {
        return allocatable(given(options));
    }

    /** How much the process was given for that. */
    static MemoryBounds given(Options options) {
        long wanted = options.limits().maxMemoryBytes();
        return MemoryBounds.of(
                wanted == 0 ? GivenMemory.bytes() : wanted, Runtime.getRuntime().maxMemory());
    }

    /** As much of it as Netty may allocate. */
    static MemoryBounds allocatable(MemoryBounds given) {
        long maxDirectBytes = PlatformDependent.maxDirectMemory();
        return new MemoryBounds(
                given.heapBytes(), Math.min(given.nativeBytes(), maxDirectBytes / 4 * 3));
    }

    /** For the router. */
    static RouterLimits router(Options options) {
        return new RouterLimits(
                options.limits().maxConnections(),
                options.limits().maxSubscriptions(),
                options.limits().maxSubscriptionTokens(),
                options.limits().maxPendingBytes(),
                options.keepAlive().maxPingsOut(),
                options.delivery().fastProducerStall(),
                options.monitor().maxClosedClients());
    }

    /** For the connections of clients. */
    static ConnectionLimits clients(Options options) {
        return new ConnectionLimits(
                options.limits().maxControlLineBytes(),
                options.limits().maxPayloadBytes(),
                options.limits().headers(),
                options.keepAlive().connectTimeout().toNanos(),
                options.auth().timeout().toNanos(),
                options.keepAlive().pingInterval().toNanos(),
                options.delivery().writeDeadline().toNanos(),
                Durations.text(options.delivery().writeDeadline()),
                options.delivery().writeTimeout().retries(WriteTimeout.CLOSE));
    }

    /** For those of clients that come by WebSocket. */
    static ConnectionLimits webSocketClients(Options options) {
        WebSocketOptions websocket = options.websocket();
        return clients(options)
                .withTimes(
                        websocket.authTimeout().isZero()
                                ? options.auth().timeout().toNanos()
                                : websocket.authTimeout().toNanos(),
                        websocket.pingInterval().isZero()
                                ? options.keepAlive().pingInterval().toNanos()
                                : websocket.pingInterval().toNanos());
    }

    /** For routes. */
    static RouteTerms routes(Options options) {
        ClusterOptions cluster = options.cluster();
        ConnectionLimits limits =
                servers(
                        options,
                        MAX_PAYLOAD_BYTES,
                        cluster.authTimeout(),
                        cluster.pingInterval(),
                        cluster.writeDeadline(),
                        cluster.writeTimeout());
        return new RouteTerms(limits, cluster.compression(), new RouteLogin(cluster));
    }

    /** For gateways. */
    static GatewayTerms gateways(Options options) {
        GatewayOptions gateway = options.gateway();
        Duration pings = options.keepAlive().pingInterval();
        boolean isLong = pings.compareTo(GatewayOptions.MAX_PING_INTERVAL) > 0;
        ConnectionLimits limits =
                servers(
                        options,
                        MAX_PAYLOAD_BYTES,
                        gateway.authTimeout(),
                        isLong ? GatewayOptions.MAX_PING_INTERVAL : pings,
                        gateway.writeDeadline(),
                        gateway.writeTimeout());
        return new GatewayTerms(limits, new RouteLogin(gateway));
    }

    /** For connections to other servers. */
    private static ConnectionLimits servers(
            Options options,
            int maxPayloadBytes,
            Duration authTimeout,
            Duration pingInterval,
            Duration writeDeadline,
            WriteTimeout writeTimeout) {
        return new ConnectionLimits(
                Math.min(LONGEST_LINE_BYTES, LONGER_LINES * options.limits().maxControlLineBytes()),
                maxPayloadBytes,
                options.limits().headers(),
                options.keepAlive().connectTimeout().toNanos(),
                authTimeout.toNanos(),
                pingInterval.toNanos(),
                writeDeadline.toNanos(),
                Durations.text(writeDeadline),
                writeTimeout.retries(WriteTimeout.RETRY));
    }

    /** For leaf node connections. */
    static LeafRules leafs(Options options) {
        LeafOptions leaf = options.leaf();
        ConnectionLimits limits =
                servers(
                        options,
                        options.limits().maxPayloadBytes(),
                        leaf.authTimeout(),
                        options.keepAlive().pingInterval(),
                        leaf.writeDeadline(),
                        leaf.writeTimeout());
        return new LeafRules(
                limits,
                leaf.compression(),
                new LeafLogin(options.auth(), leaf, options.websocket()));
    }

    /** Who judges clients that log in. */
    static Authenticator authenticator(Options options) {
        WebSocketOptions websocket = options.websocket();
        Authenticator judge = new Authenticator(options.auth(), options.tls().map());
        return websocket.isOn()
                ? judge.overWebSocket(websocket.logins(options.auth()), websocket.tls().map())
                : judge;
    }

    /** The accounts that there are, whether anybody is in them or not. */
    static List<AccountPlan> accounts(Options options) {
        Map<String, AccountOptions> accounts = new LinkedHashMap<>();
        options.auth().accounts().forEach(each -> accounts.put(each.name(), each));
        options.auth().users().forEach(user -> add(user.account(), accounts));
        add(UserOptions.GLOBAL_ACCOUNT, accounts);
        String system = options.auth().systemAccount();
        if (!system.isEmpty()) {
            add(system, accounts);
        }
        List<AccountPlan> plans = new ArrayList<>();
        for (AccountOptions each : accounts.values()) {
            plans.add(
                    AccountPlan.of(
                            JetStreamAccounts.mapped(each, options.jetStream(), options.auth())));
        }
        return plans;
    }

    private static void add(String name, Map<String, AccountOptions> accounts) {
        accounts.computeIfAbsent(name, AccountOptions::named);
    }
}
