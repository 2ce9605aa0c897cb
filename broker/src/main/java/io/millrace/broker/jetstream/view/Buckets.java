package io.millrace.broker.jetstream.view;

import java.util.List;

/**
 * A histogram.
 *
 * @param bounds of the buckets, each the largest value in it, rising
 * @param counts values in each bucket, and behind these the values above all bounds
 * @param sum of all values
 */
public record Buckets(List<Double> bounds, List<Long> counts, double sum) {
    /** Nothing was measured. */
    public static final Buckets EMPTY = new Buckets(List.of(), List.of(0L), 0);

    public Buckets {
        if (counts.size() != bounds.size() + 1) {
            throw new IllegalArgumentException(bounds.size() + " bounds, " + counts.size());
        }
    }

    /** How many values there were. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
