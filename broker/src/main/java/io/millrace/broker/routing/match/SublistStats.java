package io.millrace.broker.routing.match;

/**
 * What the subscriptions and the cache of their matches do.
 *
 * @param cached subjects in the cache
 * @param inserts subscriptions ever made
 * @param removes subscriptions that ended
 * @param matches subjects looked up
 * @param misses those of them that weren't in the cache
 * @param maxFanout most receivers of one subject
 * @param fanout receivers of all subjects that weren't in the cache, in sum
 */
public record SublistStats(
        int subscriptions,
        int cached,
        long inserts,
        long removes,
        long matches,
        long misses,
        int maxFanout,
        long fanout) {}
