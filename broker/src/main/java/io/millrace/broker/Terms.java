package io.millrace.broker;

import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.ConnectionLimits;
import io.millrace.broker.connection.RouteTerms;
import io.millrace.broker.ledger.GivenMemory;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.peer.RouterLimits;
import io.netty.util.internal.PlatformDependent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What options mean for the parts of a server: what holds for each until they are reloaded. */
final class Terms {
    /** Control lines of routes may be so many times longer than those of clients: queue lists. */
    private static final int LONGER_LINES = 16;

    /** What can be read in one piece, with room for what stands before the line. */
    private static final int LONGEST_LINE_BYTES = 60 * 1024;

    /**
     * Largest payload from another server, which has its own idea of what its clients may send: as
     * much as the reference lets any server be configured for.
     */
    private static final int MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

    private Terms() {}

    /** How much may be kept for clients and other servers: no more than Netty may allocate. */
    static MemoryBounds memory(Options options) {
        long wanted = options.limits().maxMemoryBytes();
        MemoryBounds bounds =
                MemoryBounds.of(
                        wanted == 0 ? GivenMemory.bytes() : wanted,
                        Runtime.getRuntime().maxMemory());
        long maxDirectBytes = PlatformDependent.maxDirectMemory();
        return new MemoryBounds(
                bounds.heapBytes(), Math.min(bounds.nativeBytes(), maxDirectBytes / 4 * 3));
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

    /** For routes. */
    static RouteTerms routes(Options options) {
        ClusterOptions cluster = options.cluster();
        ConnectionLimits limits =
                new ConnectionLimits(
                        Math.min(
                                LONGEST_LINE_BYTES,
                                LONGER_LINES * options.limits().maxControlLineBytes()),
                        MAX_PAYLOAD_BYTES,
                        options.limits().headers(),
                        options.keepAlive().connectTimeout().toNanos(),
                        cluster.authTimeout().toNanos(),
                        cluster.pingInterval().toNanos(),
                        cluster.writeDeadline().toNanos(),
                        Durations.text(cluster.writeDeadline()),
                        cluster.writeTimeout().retries(WriteTimeout.RETRY));
        return new RouteTerms(limits, cluster.compression(), new RouteLogin(cluster));
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
        return accounts.values().stream().map(AccountPlan::of).toList();
    }

    private static void add(String name, Map<String, AccountOptions> accounts) {
        accounts.computeIfAbsent(name, AccountOptions::named);
    }
}
