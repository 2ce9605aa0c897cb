package io.millrace.broker.store.log;

import java.util.Arrays;

/** How many values there were, by their size. Shard thread. */
public final class Tally {
    private final long[] bounds;
    private final long[] counts;
    private long sum;

    /** Counts those up to each of these, which rise, and those above all of them. */
    Tally(long... bounds) {
        this.bounds = bounds.clone();
        counts = new long[bounds.length + 1];
    }

    void add(long value) {
        int at = 0;
        while (at < bounds.length && value > bounds[at]) {
            at++;
        }
        counts[at]++;
        sum += value;
    }

    /** The largest value of each bucket but the last, which has none. */
    public long[] bounds() {
        return bounds.clone();
    }

    /** Values in each bucket: one number more than there are bounds. */
    public long[] counts() {
        return counts.clone();
    }

    /** Of all values. */
    public long sum() {
        return sum;
    }

    /** How many values there were. */
    public long count() {
        return Arrays.stream(counts).sum();
    }
}
