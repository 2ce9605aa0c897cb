package io.millrace.broker.routing;

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
