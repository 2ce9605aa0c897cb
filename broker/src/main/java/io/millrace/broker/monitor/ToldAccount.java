package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.GatewayInterest;
import io.millrace.broker.routing.view.SubscriptionSnapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An account on a gateway, and what the other side has told of it. Monitor thread. */
final class ToldAccount {
    final GatewayInterest known;

    /** All that was told, the queue groups included; 0 on an inbound gateway. */
    int subscriptions;

    int queueSubscriptions;

    /** Of them, what is to be shown. */
    final List<SubscriptionSnapshot> shown = new ArrayList<>();

    private ToldAccount(GatewayInterest known) {
        this.known = known;
    }

    /**
     * Those on a gateway, by name.
     *
     * @throws BadQueryException if it is too much
     */
    static Collection<ToldAccount> on(
            long gid, GatewayzOptions options, Snapshots snapshots, Collected collected)
            throws InterruptedException, BadQueryException {
        Map<String, ToldAccount> byName = new TreeMap<>();
        for (GatewayInterest known : snapshots.interest(gid, options.account())) {
            collected.add(known);
            byName.put(known.account(), new ToldAccount(known));
        }
        snapshots.eachTold(
                gid,
                options.account(),
                told -> {
                    ToldAccount account = byName.get(told.account());
                    if (account == null) {
                        account = new ToldAccount(GatewayInterest.ofToldOnly(told.account()));
                        collected.add(account.known);
                        byName.put(told.account(), account);
                    }
                    account.subscriptions++;
                    account.queueSubscriptions += told.queue().isEmpty() ? 0 : 1;
                    if (options.shown() != ShownSubscriptions.NONE) {
                        collected.add(told);
                        account.shown.add(told);
                    }
                });
        return byName.values();
    }
}
