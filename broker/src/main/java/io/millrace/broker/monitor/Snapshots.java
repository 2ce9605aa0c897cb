package io.millrace.broker.monitor;

import io.millrace.broker.routing.DebtorWalk;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.SubscriptionWalk;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.SlowConsumer;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.DebtorSnapshot;
import io.millrace.broker.routing.view.GatewayInterest;
import io.millrace.broker.routing.view.GatewaySnapshot;
import io.millrace.broker.routing.view.LeafSnapshot;
import io.millrace.broker.routing.view.RouteSnapshot;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.broker.routing.view.SubscriptionSnapshot;
import io.millrace.protocol.ServerInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a server's state in portions so small that the routing thread never notices, one command
 * each. What comes together so is of slightly different moments. Monitor thread.
 */
final class Snapshots {
    /** Clients that one command visits. */
    static final int CLIENTS = 128;

    /** Accounts that one command visits. */
    static final int ACCOUNTS = 128;

    /** Clients that one command looks at, whether it shows them or not. */
    static final int VISITS = 1024;

    /** Routes that one command visits. */
    static final int ROUTES = 256;

    /** Clients and subscriptions that one command walks along. */
    static final int STEPS = 256;

    /** Connections of which one command sees what is kept for them. */
    static final int DEBTORS = 128;

    /** Looks at one of many. */
    interface Eye<T> {
        /**
         * Looks at it.
         *
         * @throws BadQueryException if it is too much
         */
        void see(T each) throws BadQueryException;
    }

    private final Monitored server;

    Snapshots(Monitored server) {
        this.server = server;
    }

    ServerInfo info() throws InterruptedException {
        return server.ask(Inspection::info);
    }

    boolean hasAccount(String name) throws InterruptedException {
        return server.ask(r -> Inspection.hasAccount(r, name));
    }

    /** See {@link Inspection#subscribers}. */
    long subscribers(String account, String subject, @Nullable String queue)
            throws InterruptedException {
        return server.ask(r -> Inspection.subscribers(r, account, subject, queue));
    }

    ServerSnapshot server() throws InterruptedException {
        return server.ask(Inspection::server);
    }

    /** One account; nothing if there is none of that name. */
    Optional<AccountSnapshot> account(String name) throws InterruptedException {
        return server.ask(router -> Inspection.account(router, name));
    }

    /** Looks at all accounts, in the order of their names. */
    void eachAccount(Eye<AccountSnapshot> eye) throws InterruptedException, BadQueryException {
        String after = "";
        List<AccountSnapshot> some;
        do {
            String last = after;
            some = server.ask(r -> Inspection.accounts(r, last, ACCOUNTS));
            seeAll(some, eye);
            after = some.isEmpty() ? after : some.getLast().name();
        } while (some.size() == ACCOUNTS);
    }

    /**
     * Looks at all clients that are connected, by the number of their connection.
     *
     * @param account name of the only account to look at; empty for all
     */
    void eachOpen(String account, Moment now, Eye<ClientSnapshot> eye)
            throws InterruptedException, BadQueryException {
        Inspection.Open some = new Inspection.Open(List.of(), Long.MIN_VALUE);
        do {
            long after = some.next();
            some = server.ask(r -> Inspection.clients(r, after, account, CLIENTS, VISITS, now));
            seeAll(some.clients(), eye);
        } while (some.next() != Inspection.Open.END);
    }

    /** Looks at all clients that have ended and are remembered, oldest first. */
    void eachClosed(Eye<ClientSnapshot> eye) throws InterruptedException, BadQueryException {
        Inspection.Closed some = new Inspection.Closed(List.of(), 0);
        do {
            long from = some.next();
            some = server.ask(r -> Inspection.closed(r, from, CLIENTS));
            seeAll(some.clients(), eye);
        } while (some.clients().size() == CLIENTS);
    }

    private static <T> void seeAll(List<T> some, Eye<T> eye) throws BadQueryException {
        for (T each : some) {
            eye.see(each);
        }
    }

    /** The subscriptions of some clients, by the number of their connection. */
    Map<Long, List<SubscriptionSnapshot>> subscriptions(long[] cids)
            throws InterruptedException, BadQueryException {
        Map<Long, List<SubscriptionSnapshot>> byCid = new HashMap<>();
        Collected collected = new Collected(Collected.PAGE);
        SubscriptionWalk walk = SubscriptionWalk.of(cids);
        while (!walk.isDone()) {
            step(
                    walk,
                    each -> {
                        collected.add(each);
                        byCid.computeIfAbsent(each.cid(), _ -> new ArrayList<>()).add(each);
                    });
        }
        return byCid;
    }

    /** All routes whose other end is known, by their number. */
    List<RouteSnapshot> routes(Moment now) throws InterruptedException {
        List<RouteSnapshot> all = new ArrayList<>();
        Inspection.Routes some = new Inspection.Routes(List.of(), 0);
        do {
            long after = some.next();
            some = server.ask(r -> Inspection.routes(r, after, ROUTES, now));
            all.addAll(some.routes());
        } while (some.next() != Inspection.Routes.END);
        return all;
    }

    /** All gateways. */
    List<GatewaySnapshot> gateways(Moment now) throws InterruptedException {
        return server.ask(r -> Inspection.gateways(r, now));
    }

    /**
     * What is known of accounts on a gateway beside what was told of them.
     *
     * @param account the only one; empty for all
     */
    List<GatewayInterest> interest(long gid, String account) throws InterruptedException {
        return server.ask(r -> Inspection.interest(r, gid, account));
    }

    /**
     * All leaf node connections that messages cross.
     *
     * @param account the only account to show; empty for all
     */
    List<LeafSnapshot> leafs(String account) throws InterruptedException {
        return server.ask(r -> Inspection.leafs(r, account));
    }

    /** Closes a client's connection; false if there is none of that number. */
    boolean close(long cid) throws InterruptedException {
        return server.ask(router -> router.clients().onKick(cid));
    }

    /** The next subscriptions of a walk. */
    List<SubscriptionSnapshot> next(SubscriptionWalk walk) throws InterruptedException {
        return server.ask(r -> walk.next(r, STEPS));
    }

    /** Who is slow, and who was; at most so many of each. */
    List<SlowConsumer> slow(int most) throws InterruptedException {
        return server.ask(r -> Inspection.slowConsumers(r, most));
    }

    /** Those for whom the server keeps most, the largest first. */
    List<DebtorSnapshot> debtors(int most) throws InterruptedException {
        DebtorWalk walk = new DebtorWalk(most);
        boolean more = true;
        while (more) {
            more = server.ask(r -> walk.next(r, DEBTORS));
        }
        return walk.largest();
    }

    /** What other servers have told over some connections, by the connections' numbers. */
    Map<Long, List<SubscriptionSnapshot>> told(List<Long> ids)
            throws InterruptedException, BadQueryException {
        Map<Long, List<SubscriptionSnapshot>> byId = new HashMap<>();
        Collected collected = new Collected("ask without subs");
        for (long id : ids) {
            List<SubscriptionSnapshot> ofOne = new ArrayList<>();
            eachTold(
                    id,
                    "",
                    each -> {
                        collected.add(each);
                        ofOne.add(each);
                    });
            byId.put(id, ofOne);
        }
        return byId;
    }

    /**
     * Looks at what another server has told over a connection.
     *
     * @param id of a route, a gateway or a leaf node's connection
     * @param account the only account to look at; empty for all
     */
    void eachTold(long id, String account, Eye<SubscriptionSnapshot> eye)
            throws InterruptedException, BadQueryException {
        // In front of what was told of the account, which comes together.
        String before = account.isEmpty() ? "" : account + ' ';
        Inspection.Told some = new Inspection.Told(List.of(), before);
        do {
            String after = some.next();
            some = server.ask(r -> Inspection.told(r, id, after, STEPS));
            for (SubscriptionSnapshot each : some.interest()) {
                if (!account.isEmpty() && !account.equals(each.account())) {
                    return;
                }
                eye.see(each);
            }
        } while (!some.next().isEmpty());
    }

    /**
     * Looks at the subscriptions of all clients.
     *
     * @param account name of the only account to look at; empty for all
     */
    void eachSubscription(String account, Eye<SubscriptionSnapshot> eye)
            throws InterruptedException, BadQueryException {
        SubscriptionWalk walk =
                account.isEmpty() ? SubscriptionWalk.ofAll() : SubscriptionWalk.in(account);
        while (!walk.isDone()) {
            step(walk, eye);
        }
    }

    private void step(SubscriptionWalk walk, Eye<SubscriptionSnapshot> eye)
            throws InterruptedException, BadQueryException {
        seeAll(next(walk), eye);
    }
}
