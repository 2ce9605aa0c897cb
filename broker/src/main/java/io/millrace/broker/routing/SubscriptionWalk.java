package io.millrace.broker.routing;

import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Walks along the subscriptions of clients, a few at a time, so that the routing thread never stops
 * for long. {@link #next} runs on the routing thread; between two calls anything may happen.
 */
public final class SubscriptionWalk {
    private final long @Nullable [] cids;

    /** The name of the only account to walk in; empty for all. */
    private final String account;

    private int cidsDone;
    private @Nullable Client client;

    /** Of the client's subscriptions, those from this number on are still to be looked at. */
    private long next;

    private boolean done;

    private SubscriptionWalk(long @Nullable [] cids, String account) {
        this.cids = cids;
        this.account = account;
    }

    /** A walk along all clients. */
    public static SubscriptionWalk ofAll() {
        return new SubscriptionWalk(null, "");
    }

    /** A walk along the clients of an account, by its name. */
    public static SubscriptionWalk in(String account) {
        return new SubscriptionWalk(null, account);
    }

    /** A walk along some clients, by the numbers of their connections. */
    public static SubscriptionWalk of(long[] cids) {
        return new SubscriptionWalk(cids.clone(), "");
    }

    /**
     * The next subscriptions.
     *
     * @param steps clients and subscriptions to look at
     */
    public List<SubscriptionSnapshot> next(Router router, int steps) {
        List<SubscriptionSnapshot> found = new ArrayList<>();
        // Nothing happens in between, so places stay what they are.
        int place = client == null ? 0 : client.peer.subscriptions.placeOf(next);
        for (int i = 0; i < steps && !done; i++) {
            Subscription here = isElsewhere() ? null : client.peer.subscriptions.at(place);
            if (here == null) {
                client = nextClient(router);
                next = 0;
                place = client == null ? 0 : client.peer.subscriptions.placeOf(next);
                done = client == null && isAtEnd();
            } else {
                found.add(SubscriptionSnapshot.of(here));
                next = here.number + 1;
                place = client.peer.subscriptions.placeBehind(place);
            }
        }
        return found;
    }

    /** Whether there is nothing to see: before the first client, and at one of another account. */
    private boolean isElsewhere() {
        return client == null || !account.isEmpty() && !client.peer.accountName.equals(account);
    }

    private @Nullable Client nextClient(Router router) {
        if (cids != null) {
            return cidsDone == cids.length ? null : router.clients().byCid.get(cids[cidsDone++]);
        }
        var following =
                router.clients()
                        .byCid
                        .higherEntry(client == null ? Long.MIN_VALUE : client.peer.id);
        return following == null ? null : following.getValue();
    }

    private boolean isAtEnd() {
        return cids == null || cidsDone == cids.length;
    }

    /** Whether it has come to the end. */
    public boolean isDone() {
        return done;
    }
}
