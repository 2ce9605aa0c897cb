package io.millrace.broker.monitor;

import io.millrace.broker.routing.account.TrafficSnapshot;
import io.millrace.broker.routing.view.AccountSnapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The accounts that come first in some order, and the sum of all others: as much as is told of
 * accounts where there may be any number of them.
 */
final class BusiestAccounts {
    private final Comparator<AccountSnapshot> order;
    private final int most;
    private final PriorityQueue<AccountSnapshot> first;
    private Sum others = new Sum(0, 0, 0, new TrafficSnapshot(0, 0, 0, 0), 0);

    /** What several accounts have together. */
    record Sum(
            int accounts,
            long clients,
            long subscriptions,
            TrafficSnapshot traffic,
            long slowConsumers) {
        private Sum and(AccountSnapshot more) {
            TrafficSnapshot its = more.traffic();
            return new Sum(
                    accounts + 1,
                    clients + more.clients(),
                    subscriptions + more.subscriptions(),
                    new TrafficSnapshot(
                            traffic.inMessages() + its.inMessages(),
                            traffic.inBytes() + its.inBytes(),
                            traffic.outMessages() + its.outMessages(),
                            traffic.outBytes() + its.outBytes()),
                    slowConsumers + more.slowConsumers());
        }
    }

    private BusiestAccounts(Comparator<AccountSnapshot> order, int most) {
        this.order = order.thenComparing(AccountSnapshot::name);
        this.most = most;
        first = new PriorityQueue<>(this.order.reversed());
    }

    /**
     * Looks at all accounts.
     *
     * @param order those of equal rank come by their names
     * @param most accounts that are told of one by one, from 1
     */
    static BusiestAccounts of(Snapshots snapshots, Comparator<AccountSnapshot> order, int most)
            throws InterruptedException, BadQueryException {
        return of(snapshots, order, most, new Search(""));
    }

    /** The same of those that are searched for; what others do isn't told. */
    static BusiestAccounts of(
            Snapshots snapshots, Comparator<AccountSnapshot> order, int most, Search search)
            throws InterruptedException, BadQueryException {
        BusiestAccounts found = new BusiestAccounts(order, most);
        snapshots.eachAccount(
                each -> {
                    if (search.finds(each)) {
                        found.consider(each);
                    }
                });
        return found;
    }

    /** How many were considered. */
    int total() {
        return first.size() + others.accounts();
    }

    private void consider(AccountSnapshot account) {
        first.add(account);
        if (first.size() > most) {
            others = others.and(first.remove());
        }
    }

    /** Those that come first, in order. */
    List<AccountSnapshot> first() {
        List<AccountSnapshot> sorted = new ArrayList<>(first);
        sorted.sort(order);
        return sorted;
    }

    Sum others() {
        return others;
    }
}
