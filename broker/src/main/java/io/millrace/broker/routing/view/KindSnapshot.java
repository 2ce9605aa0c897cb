package io.millrace.broker.routing.view;

import io.millrace.broker.routing.account.TrafficSnapshot;

/**
 * All that there was of peers of a kind, by some moment.
 *
 * @param slowConsumers how often one was too slow
 * @param staleConnections how many gave no sign of life
 */
public record KindSnapshot(TrafficSnapshot traffic, long slowConsumers, long staleConnections) {}
