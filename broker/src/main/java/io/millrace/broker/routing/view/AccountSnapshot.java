package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;

/**
 * An account at some moment.
 *
 * @param clients that have said who they are, or needn't
 * @param routed what of its traffic has crossed routes
 */
public record AccountSnapshot(
        String name,
        int subscriptions,
        int clients,
        TrafficSnapshot traffic,
        TrafficSnapshot routed,
        long slowConsumers) {}
