package io.millrace.broker.jetstream.consumer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Requests that wait, in the order in which they get messages: the first gets one and goes behind
 * the others; of a prioritized consumer behind those that are as urgent. Shard thread.
 */
final class PullRequests {
    private final ArrayDeque<PullRequest> waiting = new ArrayDeque<>(2);
    private boolean prioritized;

    /** Whether the least number goes first. */
    void prioritize(boolean byPriority) {
        prioritized = byPriority;
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The next. */
    PullRequest first() {
        return waiting.getFirst();
    }

    void add(PullRequest request) {
        if (!prioritized || isEmpty() || priority(waiting.getLast()) <= priority(request)) {
            waiting.addLast(request);
            return;
        }
        List<PullRequest> behind = new ArrayList<>();
        while (!isEmpty() && priority(waiting.getLast()) > priority(request)) {
            behind.add(waiting.removeLast());
        }
        waiting.addLast(request);
        for (int i = behind.size() - 1; i >= 0; i--) {
            waiting.addLast(behind.get(i));
        }
    }

    private static int priority(PullRequest request) {
        return request.grouped ? request.priority : Integer.MAX_VALUE;
    }

    /** The first goes behind the others. */
    void cycle() {
        if (waiting.size() > 1) {
            add(waiting.removeFirst());
        }
    }

    /** The first is gone. */
    PullRequest removeFirst() {
        return waiting.removeFirst();
    }

    /** Looks at each; those for which it is said are gone. */
    void removeIf(Predicate<PullRequest> isOver) {
        waiting.removeIf(isOver);
    }

    /** Whether one of them is to be told something. */
    boolean isAnyDue(long nowNs) {
        for (PullRequest each : waiting) {
            if (each.dueNs() < nowNs) {
                return true;
            }
        }
        return false;
    }

    /** Whether all of them together want more messages than these. */
    boolean wantMoreThan(long messages) {
        long left = messages;
        for (PullRequest each : waiting) {
            if (each.wanted > left) {
                return true;
            }
            left -= each.wanted;
        }
        return false;
    }
}
