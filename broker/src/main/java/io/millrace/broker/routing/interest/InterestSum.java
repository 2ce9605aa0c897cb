package io.millrace.broker.routing.interest;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * All interest of an account in one subject and queue group: how many members it has, by whose it
 * is. Routing thread.
 */
final class InterestSum {
    private static final int SOURCES = InterestSource.values().length;

    private final long[] members = new long[SOURCES];

    /**
     * Those of {@link #members} that are leaf nodes', by their cluster; null while there are none.
     */
    private @Nullable Map<String, long[]> byOrigin;

    /** Some more, or some less. */
    void add(InterestSource source, String origin, int more) {
        members[source.ordinal()] += more;
        if (origin.isEmpty()) {
            return;
        }
        Map<String, long[]> known = byOrigin;
        if (known == null) {
            known = new HashMap<>(2);
            byOrigin = known;
        }
        long[] its = known.computeIfAbsent(origin, _ -> new long[SOURCES]);
        its[source.ordinal()] += more;
        if (more < 0 && sum(its, -1) == 0) {
            known.remove(origin);
        }
    }

    /**
     * How many there are.
     *
     * @param sources whose, as {@link InterestSource#bit bits}
     * @param except the cluster of the leaf nodes that don't count; empty for none
     */
    long of(int sources, String except) {
        long sum = sum(members, sources);
        Map<String, long[]> known = byOrigin;
        long[] its = except.isEmpty() || known == null ? null : known.get(except);
        return its == null ? sum : sum - sum(its, sources);
    }

    private static long sum(long[] members, int sources) {
        long sum = 0;
        for (int i = 0; i < members.length; i++) {
            if ((sources & 1 << i) != 0) {
                sum += members[i];
            }
        }
        return sum;
    }

    /** How many clusters of leaf nodes there are among them. */
    int origins() {
        return byOrigin == null ? 0 : byOrigin.size();
    }

    boolean isEmpty() {
        return sum(members, -1) == 0;
    }
}
