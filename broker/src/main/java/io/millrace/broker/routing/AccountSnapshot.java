package io.millrace.broker.routing;

/** An account at some moment. */
public record AccountSnapshot(
        String name, int subscriptions, TrafficSnapshot traffic, long slowConsumers) {}
