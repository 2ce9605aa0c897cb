package io.millrace.broker.routing;

/**
 * An account at some moment.
 *
 * @param routed what of its traffic has crossed routes
 */
public record AccountSnapshot(
        String name,
        int subscriptions,
        TrafficSnapshot traffic,
        TrafficSnapshot routed,
        long slowConsumers) {}
