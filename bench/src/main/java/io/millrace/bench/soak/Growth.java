package io.millrace.bench.soak;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How much a server has grown from the second third of a soak to the last: what is built up in the
 * first isn't growth, and one look more or less lucky than others isn't either.
 *
 * @param before in the middle of what was seen in the second third
 * @param after the same for the last
 */
record Growth(Vitals before, Vitals after) {
    static Growth of(List<Vitals> vitals) {
        int third = vitals.size() / 3;
        return new Growth(
                middle(vitals.subList(third, vitals.size() - third)),
                middle(vitals.subList(vitals.size() - third, vitals.size())));
    }

    private static Vitals middle(List<Vitals> vitals) {
        return new Vitals(
                middle(vitals, Vitals::heapKib),
                middle(vitals, Vitals::descriptors),
                middle(vitals, Vitals::threads),
                middle(vitals, Vitals::residentKib));
    }

    private static long middle(List<Vitals> vitals, ToLongFunction<Vitals> part) {
        long[] sorted = vitals.stream().mapToLong(part).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** Whether heap, descriptors or threads have grown by more than so much of what they were. */
    boolean isBeyond(double bound) {
        return heap() > bound
                || part(before.descriptors(), after.descriptors()) > bound
                || part(before.threads(), after.threads()) > bound;
    }

    private double heap() {
        return part(before.heapKib(), after.heapKib());
    }

    private static double part(long before, long after) {
        return (double) after / Math.max(1, before) - 1;
    }

    @Override
    public String toString() {
        return "second third: %s%nlast third:   %s%nheap has grown by %.2f %%"
                .formatted(before, after, heap() * 100);
    }
}
