package io.millrace.broker.routing;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.Traffic;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.peer.Teller;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.GatewayInterest;
import io.millrace.broker.routing.view.GatewaySnapshot;
import io.millrace.broker.routing.view.KindSnapshot;
import io.millrace.broker.routing.view.LeafSnapshot;
import io.millrace.broker.routing.view.RouteSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;
import io.millrace.broker.routing.view.UserSnapshot;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what monitoring shows. Each method runs on the routing thread, visits no more than it is
 * told to, and returns values that change no more.
 */
public final class Inspection {
    private Inspection() {}

    public static ServerSnapshot server(Router router) {
        Counters counters = router.counters;
        return new ServerSnapshot(
                router.clients().info(),
                router.clients().webSocketInfo().connectUrls(),
                router.clients().count(),
                router.clients().closed.size(),
                counters.connections,
                counters.traffic.snapshot(),
                counters.slowConsumers,
                counters.slow(PeerKind.CLIENT),
                counters.staleConnections,
                counters.stalls,
                router.sublistStats(),
                router.routes().snapshot(),
                of(counters.gateways, counters, PeerKind.GATEWAY),
                of(counters.leaves, counters, PeerKind.SPOKE, PeerKind.HUB),
                router.leafs().joinedCount(),
                router.accounts().size(),
                router.inhabitedAccounts());
    }

    private static KindSnapshot of(Traffic traffic, Counters counters, PeerKind... kinds) {
        long slow = 0;
        long stale = 0;
        for (PeerKind kind : kinds) {
            slow += counters.slow(kind);
            stale += counters.stale(kind);
        }
        return new KindSnapshot(traffic.snapshot(), slow, stale);
    }

    /** The gateways that are open. */
    public static List<GatewaySnapshot> gateways(Router router, Moment now) {
        Gateways gateways = router.gateways();
        return gateways.list().stream()
                .map(
                        each ->
                                GatewaySnapshot.of(
                                        each,
                                        gateways.factsOf(each),
                                        gateways.subscriptionsOf(each),
                                        now))
                .toList();
    }

    /**
     * What is known of accounts on a gateway beside what was told of them; nothing if it is gone.
     *
     * @param account the only one; empty for all
     */
    public static List<GatewayInterest> interest(Router router, long gid, String account) {
        Gateway gateway = router.gateways().get(gid);
        return gateway == null ? List.of() : router.gateways().interestOf(gateway, account);
    }

    /**
     * Accounts in the order of their names.
     *
     * @param after only those whose names come behind this one; empty for the first
     */
    public static List<AccountSnapshot> accounts(Router router, String after, int most) {
        return router.accountsAfter(after).stream().limit(most).map(AccountSnapshot::of).toList();
    }

    /** One account; nothing if there is none of that name. */
    public static Optional<AccountSnapshot> account(Router router, String name) {
        return router.account(name).map(AccountSnapshot::of);
    }

    /**
     * The names of some accounts that have clients.
     *
     * @param next where the next ones begin; {@link #END} if there are none
     */
    public record Inhabited(List<String> accounts, int next) {
        public static final int END = -1;
    }

    /**
     * Accounts that have clients.
     *
     * @param from 0, or where the last call said that the next ones begin
     * @param most accounts to look at, with or without clients
     */
    public static Inhabited inhabited(Router router, int from, int most) {
        List<String> names =
                router.accounts().stream()
                        .skip(from)
                        .limit(most)
                        .filter(account -> account.clients + account.leafNodes > 0)
                        .map(Account::name)
                        .toList();
        boolean more = from + most < router.accounts().size();
        return new Inhabited(names, more ? from + most : Inhabited.END);
    }

    /**
     * Some of the clients that are connected, by the number of their connection.
     *
     * @param next where the next ones begin; {@link #END} if there are none
     */
    public record Open(List<ClientSnapshot> clients, long next) {
        public static final long END = Long.MAX_VALUE;
    }

    /**
     * Clients that are connected.
     *
     * @param afterCid {@link Long#MIN_VALUE}, or where the last call said that the next ones begin
     * @param account name of the only account to show; empty for all
     * @param most clients to show
     * @param visits clients to look at, at most {@code most} of which are shown
     */
    public static Open clients(
            Router router, long afterCid, String account, int most, int visits, Moment now) {
        List<ClientSnapshot> result = new ArrayList<>();
        int seen = 0;
        for (Client client : router.clients().byCid.tailMap(afterCid, false).values()) {
            if (account.isEmpty() || client.peer.accountName.equals(account)) {
                result.add(ClientSnapshot.of(client, now, null));
            }
            if (++seen == visits || result.size() == most) {
                return new Open(result, client.peer.id);
            }
        }
        return new Open(result, Open.END);
    }

    /**
     * Leaf node connections that messages cross.
     *
     * @param account the only account to show; empty for all
     */
    public static List<LeafSnapshot> leafs(Router router, String account) {
        LeafNodes leafs = router.leafs();
        return leafs.list().stream()
                .filter(leaf -> leaf.terms != null)
                .filter(leaf -> account.isEmpty() || leaf.peer.accountName.equals(account))
                .map(leaf -> LeafSnapshot.of(leaf, leafs.factsOf(leaf), leafs.interestCount(leaf)))
                .toList();
    }

    /** What clients are told about the server. */
    public static ServerInfo info(Router router) {
        return router.clients().info();
    }

    /** Who a client is; nothing if it is gone. */
    public static Optional<UserSnapshot> user(Router router, long cid) {
        return Optional.ofNullable(router.clients().byCid.get(cid))
                .map(
                        client -> {
                            Permissions permissions = client.identity.permissions();
                            return new UserSnapshot(
                                    client.identity.name(),
                                    client.peer.accountName,
                                    permissions == null ? null : permissions.options());
                        });
    }

    /**
     * Some of those that ended last, oldest first.
     *
     * @param clients empty at the end
     * @param next where the next ones begin
     */
    public record Closed(List<ClientSnapshot> clients, long next) {}

    /**
     * Clients that have ended.
     *
     * @param from 0, or where the last call said that the next ones begin
     */
    public static Closed closed(Router router, long from, int most) {
        ClosedClients closed = router.clients().closed;
        long first = closed.firstFrom(from);
        List<ClientSnapshot> clients = closed.from(first, most);
        return new Closed(clients, first + clients.size());
    }

    /**
     * Some of the routes whose other end is known, by their number.
     *
     * @param next where the next ones begin; {@link #END} if there are none
     */
    public record Routes(List<RouteSnapshot> routes, long next) {
        public static final long END = -1;
    }

    /**
     * Routes whose other end is known.
     *
     * @param after 0, or where the last call said that the next ones begin
     * @param most routes to look at
     */
    public static Routes routes(Router router, long after, int most, Moment now) {
        List<RouteSnapshot> result = new ArrayList<>();
        int seen = 0;
        for (Route route : router.routes().after(after)) {
            if (route.share != null) {
                result.add(RouteSnapshot.of(route, router.routes().factsOf(route), now));
            }
            if (++seen == most) {
                return new Routes(result, route.peer.id);
            }
        }
        return new Routes(result, Routes.END);
    }

    /**
     * Some of what another server has told over one connection.
     *
     * @param next where the next ones begin; empty if there are none
     */
    public record Told(List<SubscriptionSnapshot> interest, String next) {}

    /**
     * What another server has told over one connection, be it a route, a gateway or a leaf node's;
     * nothing if it is gone. It is in the order of its accounts.
     *
     * @param id its number
     * @param after empty, or where the last call said that the next ones begin
     */
    public static Told told(Router router, long id, String after, int most) {
        List<SubscriptionSnapshot> result = new ArrayList<>();
        Teller teller = teller(router, id);
        if (teller == null) {
            return new Told(result, "");
        }
        for (Map.Entry<String, RemoteInterest> each :
                teller.interest().tailMap(after, false).entrySet()) {
            result.add(SubscriptionSnapshot.of(each.getValue()));
            if (result.size() == most) {
                return new Told(result, each.getKey());
            }
        }
        return new Told(result, "");
    }

    private static @Nullable Teller teller(Router router, long id) {
        Teller route = router.routes().byRid(id);
        Teller gateway = route == null ? router.gateways().get(id) : route;
        return gateway == null ? router.leafs().get(id) : gateway;
    }

    /** Whether there is an account of that name. */
    public static boolean hasAccount(Router router, String name) {
        return router.account(name).isPresent();
    }

    /**
     * How many subscriptions of clients of this server get what is published to a subject.
     *
     * @param account its name; nothing if there is none
     * @param subject literal
     * @param queue the only queue group to count; null for all, and those in none
     */
    public static long subscribers(
            Router router, String account, String subject, @Nullable String queue) {
        return router.subscribers(account, subject, queue);
    }

    /** Who is slow, and who was; at most so many of each. */
    public static List<SlowConsumer> slowConsumers(Router router, int most) {
        return router.slow.list(most, router.pendingBounds());
    }
}
