package io.millrace.broker.store.index;

/**
 * Numbers of subjects that were given up, the last ones of them: whoever knows something of a
 * number looks here whether that still holds, and so nobody needs to be told. Shard thread.
 */
final class FreedNumbers {
    /** Whoever has missed more has to forget all. */
    static final int KEPT = 512;

    private static final int[] NOTHING = {};

    private int[] ring = NOTHING;
    private long count;

    /** How often a number was given up. */
    long count() {
        return count;
    }

    /** One of the last ones. */
    int get(long place) {
        return ring[(int) (place & KEPT - 1)];
    }

    void add(int number) {
        if (ring.length == 0) {
            ring = new int[KEPT];
        }
        ring[(int) (count & KEPT - 1)] = number;
        count++;
    }

    /** All numbers are given up. */
    void addAll() {
        count += KEPT + 1;
    }
}
