package io.millrace.broker.monitor;

import io.millrace.broker.routing.ClientSnapshot;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.Moment;
import io.millrace.broker.routing.RouteSnapshot;
import io.millrace.broker.routing.ServerSnapshot;
import io.millrace.broker.routing.SubscriptionSnapshot;
import io.millrace.broker.routing.SubscriptionWalk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads a server's state in portions so small that the routing thread never notices, one command
 * each. What comes together so is of slightly different moments. Monitor thread.
 */
final class Snapshots {
    /** Clients that one command visits. */
    static final int CLIENTS = 128;

    /** Routes that one command visits. */
    static final int ROUTES = 256;

    /** Clients and subscriptions that one command walks along. */
    static final int STEPS = 256;

    /** Subscriptions that one reply may list. */
    private static final int MAX_SUBSCRIPTIONS = 256 * 1024;

    private final Monitored server;

    Snapshots(Monitored server) {
        this.server = server;
    }

    ServerSnapshot server() throws InterruptedException {
        return server.ask(Inspection::server);
    }

    /** All clients that are connected, by the number of their connection. */
    List<ClientSnapshot> open(Moment now) throws InterruptedException {
        List<ClientSnapshot> all = new ArrayList<>();
        List<ClientSnapshot> some;
        do {
            long after = all.isEmpty() ? Long.MIN_VALUE : all.getLast().cid();
            some = server.ask(r -> Inspection.clients(r, after, CLIENTS, now));
            all.addAll(some);
        } while (some.size() == CLIENTS);
        return all;
    }

    /** All clients that have ended and are remembered, oldest first. */
    List<ClientSnapshot> closed() throws InterruptedException {
        List<ClientSnapshot> all = new ArrayList<>();
        Inspection.Closed some = new Inspection.Closed(List.of(), 0);
        do {
            long from = some.next();
            some = server.ask(r -> Inspection.closed(r, from, CLIENTS));
            all.addAll(some.clients());
        } while (some.clients().size() == CLIENTS);
        return all;
    }

    /** The subscriptions of some clients, by the number of their connection. */
    Map<Long, List<SubscriptionSnapshot>> subscriptions(long[] cids)
            throws InterruptedException, BadQueryException {
        Map<Long, List<SubscriptionSnapshot>> byCid = new HashMap<>();
        int[] count = new int[1];
        SubscriptionWalk walk = SubscriptionWalk.of(cids);
        while (!walk.isDone()) {
            step(
                    walk,
                    each -> {
                        count[0]++;
                        byCid.computeIfAbsent(each.cid(), _ -> new ArrayList<>()).add(each);
                    });
            if (count[0] > MAX_SUBSCRIPTIONS) {
                throw tooMany();
            }
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

    /** What other servers have told over some routes, by the routes' numbers. */
    Map<Long, List<SubscriptionSnapshot>> told(List<RouteSnapshot> routes)
            throws InterruptedException, BadQueryException {
        Map<Long, List<SubscriptionSnapshot>> byRid = new HashMap<>();
        int count = 0;
        for (RouteSnapshot route : routes) {
            List<SubscriptionSnapshot> ofRoute = new ArrayList<>();
            Inspection.Told some = new Inspection.Told(List.of(), "");
            do {
                String after = some.next();
                some = server.ask(r -> Inspection.told(r, route.rid(), after, STEPS));
                ofRoute.addAll(some.interest());
                count += some.interest().size();
                if (count > MAX_SUBSCRIPTIONS) {
                    throw new BadQueryException(
                            "more than " + MAX_SUBSCRIPTIONS + " subscriptions; ask without subs");
                }
            } while (!some.next().isEmpty());
            byRid.put(route.rid(), ofRoute);
        }
        return byRid;
    }

    /** Looks at the subscriptions of all clients. */
    void eachSubscription(Consumer<SubscriptionSnapshot> eye) throws InterruptedException {
        SubscriptionWalk walk = SubscriptionWalk.ofAll();
        while (!walk.isDone()) {
            step(walk, eye);
        }
    }

    private void step(SubscriptionWalk walk, Consumer<SubscriptionSnapshot> eye)
            throws InterruptedException {
        server.ask(r -> walk.next(r, STEPS)).forEach(eye);
    }

    static BadQueryException tooMany() {
        return new BadQueryException(
                "more than "
                        + MAX_SUBSCRIPTIONS
                        + " subscriptions; ask for less, with limit and offset");
    }
}
