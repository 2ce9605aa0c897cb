package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * Many filters, of which it is found whether one is for a subject without looking at each: a
 * request may have sixty thousand.
 *
 * <p>They stand sorted by their tokens, so those that begin alike are a range, and it is looked at
 * token by token, as in a tree: at most at two ranges for each that was looked at before, that of
 * the subject's token and that of any.
 *
 * <p>One thread's own.
 */
public final class SubjectFilters {
    /** Numbers of a range: from, to, and how many tokens are alike. */
    private static final int RANGE = 3;

    // What stands at a place of a filter, in this order; literals behind it by their bytes.
    private static final int END = 0;
    private static final int REST = 1;
    private static final int ANY = 2;
    private static final int LITERAL = 3;

    private final SubjectFilter[] sorted;
    private int[] ranges = new int[8 * RANGE];
    private int used;

    private SubjectFilters(SubjectFilter[] sorted) {
        this.sorted = sorted;
    }

    /**
     * Compiles filters.
     *
     * @param subjects valid subjects, may have wildcards
     */
    public static SubjectFilters of(List<String> subjects) {
        SubjectFilter[] sorted =
                subjects.stream().map(SubjectFilter::of).toArray(SubjectFilter[]::new);
        Arrays.sort(sorted, SubjectFilters::compare);
        return new SubjectFilters(sorted);
    }

    private static int compare(SubjectFilter one, SubjectFilter other) {
        int at = 0;
        while (true) {
            int kind = kind(one, at);
            int order = kind - kind(other, at);
            if (order == 0 && kind == LITERAL) {
                order = Arrays.compare(one.token(at), other.token(at));
            }
            if (order != 0 || kind <= REST) {
                return order;
            }
            at++;
        }
    }

    private static int kind(SubjectFilter filter, int at) {
        if (at == filter.count()) {
            return filter.hasRest() ? REST : END;
        }
        return filter.isAny(at) ? ANY : LITERAL;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return sorted.length == 0;
    }

    /** The only subject that all of them are for; null if there may be several. */
    public byte @Nullable [] literal() {
        return sorted.length == 1 ? sorted[0].literal() : null;
    }

    /** Whether a subject is one of those that one of these is for. */
    public boolean matches(SubjectTokens subject) {
        used = 0;
        push(0, sorted.length, 0);
        while (used > 0) {
            used -= RANGE;
            if (matches(subject, ranges[used], ranges[used + 1], ranges[used + 2])) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(SubjectTokens subject, int low, int high, int at) {
        int rest = bound(low, high, at, REST);
        if (at == subject.count()) {
            return rest > low;
        }
        int any = bound(rest, high, at, ANY);
        if (any > rest) {
            return true;
        }
        int literals = bound(any, high, at, LITERAL);
        if (subject.length(at) > 0 && !subject.is(at, Subject.REST)) {
            push(any, literals, at + 1);
        }
        int first = bound(literals, high, at, subject, 0);
        push(first, bound(first, high, at, subject, 1), at + 1);
        return false;
    }

    private void push(int low, int high, int at) {
        if (low == high) {
            return;
        }
        if (used == ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * used);
        }
        ranges[used] = low;
        ranges[used + 1] = high;
        ranges[used + 2] = at;
        used += RANGE;
    }

    /** The first of a range that has this kind at a place, or one behind it. */
    private int bound(int low, int high, int at, int kind) {
        int from = low;
        int to = high;
        while (from < to) {
            int middle = from + to >>> 1;
            if (kind(sorted[middle], at) < kind) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** The first of a range of literals that is as the subject's token, or behind it. */
    private int bound(int low, int high, int at, SubjectTokens subject, int least) {
        int from = low;
        int to = high;
        while (from < to) {
            int middle = from + to >>> 1;
            if (compare(sorted[middle].token(at), subject, at) < least) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private static int compare(byte[] token, SubjectTokens subject, int at) {
        Region bytes = subject.bytes();
        int start = subject.start(at);
        int length = subject.length(at);
        int both = Math.min(token.length, length);
        for (int i = 0; i < both; i++) {
            int order = token[i] - bytes.getByte(start + i);
            if (order != 0) {
                return order;
            }
        }
        return token.length - length;
    }
}
