package io.millrace.broker.jetstream;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Those of many with the largest numbers; of equal ones, those that came first. */
final class Largest<T> {
    private record Entry<T>(long number, long place, T what) {}

    private static final Comparator<Entry<?>> LARGEST_FIRST =
            Comparator.<Entry<?>>comparingLong(Entry::number)
                    .reversed()
                    .thenComparingLong(Entry::place);

    private final int most;
    private final PriorityQueue<Entry<T>> kept = new PriorityQueue<>(LARGEST_FIRST.reversed());
    private long places;

    /** Keeps so many at most, from 0. */
    Largest(int most) {
        this.most = most;
    }

    void consider(long number, T what) {
        places++;
        if (kept.size() < most) {
            kept.add(new Entry<>(number, places, what));
        } else if (!kept.isEmpty() && number > kept.element().number()) {
            kept.remove();
            kept.add(new Entry<>(number, places, what));
        }
    }

    /** Those that were kept, the largest number first. */
    List<T> inOrder() {
        return kept.stream().sorted(LARGEST_FIRST).map(Entry::what).toList();
    }
}
