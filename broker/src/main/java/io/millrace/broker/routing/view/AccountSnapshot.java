package io.millrace.broker.routing.view;

import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.TrafficSnapshot;

import java.time.Instant;

/**
 * An account at some moment.
 *
 * @param made when it came into being on this server
 * @param inserts subscriptions of its clients ever made
 * @param removes those of them that ended
 * @param clients that have said who they are, or needn't
 * @param leafs leaf node connections that extend it
 * @param routed what of its traffic has crossed routes
 * @param leafed what of it has crossed leaf nodes' connections
 * @param gated what of it has come from other clusters or gone there
 */
public record AccountSnapshot(
        String name,
        Instant made,
        AccountLimits limits,
        int subscriptions,
        long inserts,
        long removes,
        int clients,
        int leafs,
        TrafficSnapshot traffic,
        TrafficSnapshot routed,
        TrafficSnapshot leafed,
        TrafficSnapshot gated,
        long slowConsumers) {

    public static AccountSnapshot of(Account account) {
        return new AccountSnapshot(
                account.name,
                account.made,
                account.limits,
                account.subscriptions(),
                account.inserts,
                account.removes,
                account.clients,
                account.leafNodes,
                account.traffic.snapshot(),
                account.routed.snapshot(),
                account.leaves.snapshot(),
                account.gateways.snapshot(),
                account.slowConsumers);
    }
}
