package io.millrace.broker.routing.match;

import java.util.random.RandomGenerator;

/**
 * Picks a member of a queue group: every member equally often, and no two picks related. Routing
 * thread.
 *
 * <p>A xorshift generator, since it stands in the way of every message to a queue group.
 */
public final class QueuePick implements RandomGenerator {
    private long state;

    /**
     * Makes a pick.
     *
     * @param seed any number; the same seed gives the same picks
     */
    public QueuePick(long seed) {
        state = seed == 0 ? 1 : seed;
    }

    /** A number from 0 to {@code bound - 1}. */
    public int next(int bound) {
        long random = nextLong();
        // Of 2^32 numbers, fewer than bound are picked once too often: under one in a million even
        // for groups of a thousand.
        return (int) ((random >>> 32) * bound >>> 32);
    }

    @Override
    public long nextLong() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return state * 0x2545F4914F6CDD1DL;
    }
}
