package io.millrace.broker.jetstream.config;

import java.util.Arrays;
import java.util.List;

/**
 * Subjects, with wildcards or not, among which one is found that has something in common with
 * another: without comparing all with all, since there may be a hundred thousand in one request.
 *
 * <p>They stand sorted by their tokens, so those that begin alike are a range, and it is looked at
 * token by token, as in a tree. Wildcards can make even that take long; the work is bounded.
 */
final class Overlaps {
    /** Ranges looked at in the life of a set: more takes too long for one request. */
    private static final int MOST_STEPS = 2_000_000;

    /** Numbers of a range. */
    private static final int RANGE = 4;

    private static final int NONE = -1;
    private static final int END = -2;
    private static final int DOT = -1;

    /** What two subjects are to have in common. */
    private enum Relation {
        COLLIDES,
        IS_WITHIN
    }

    /** It would take too long to say. */
    static final class TooLongException extends Exception {
        private static final long serialVersionUID = 1;

        private TooLongException() {
            super("too many subjects with wildcards to be compared", null, false, false);
        }
    }

    private final String[] sorted;
    private int steps;

    /** Made anew for each request. */
    Overlaps(List<String> subjects) {
        sorted = subjects.toArray(String[]::new);
        Arrays.sort(sorted, Overlaps::compare);
    }

    /** Whether there is a subject that both it and one of these match. */
    boolean collides(String subject) throws TooLongException {
        return new Search(Relation.COLLIDES, subject, 1).succeeds();
    }

    /** The same of a subject that is one of these: whether it does with another one. */
    boolean collidesWithAnother(String subject) throws TooLongException {
        return new Search(Relation.COLLIDES, subject, 2).succeeds();
    }

    /** Whether another one of these matches everything that this one of them does. */
    boolean isWithinAnother(String subject) throws TooLongException {
        return new Search(Relation.IS_WITHIN, subject, 2).succeeds();
    }

    /** Looks for those that have a relation with a subject, until there are enough. */
    private final class Search {
        private final Relation relation;
        private final String subject;
        private int missing;

        /** Ranges to be looked at: a subject may have more tokens than there is stack for calls. */
        private int[] ranges = new int[4 * RANGE];

        private int used;

        Search(Relation relation, String subject, int enough) {
            this.relation = relation;
            this.subject = subject;
            missing = enough;
        }

        boolean succeeds() throws TooLongException {
            push(0, 0, sorted.length, 0);
            while (used > 0 && missing > 0) {
                used -= RANGE;
                look(ranges[used], ranges[used + 1], ranges[used + 2], ranges[used + 3]);
            }
            return missing <= 0;
        }

        /**
         * A range is to be looked at, all of which have a token here.
         *
         * @param from where the subject's token begins
         * @param low the range's first
         * @param high behind its last
         * @param at where the token of all in the range begins
         */
        private void push(int from, int low, int high, int at) {
            if (used == ranges.length) {
                ranges = Arrays.copyOf(ranges, 2 * used);
            }
            ranges[used] = from;
            ranges[used + 1] = low;
            ranges[used + 2] = high;
            ranges[used + 3] = at;
            used += RANGE;
        }

        private void look(int from, int low, int high, int at) throws TooLongException {
            int end = end(subject, from);
            boolean all = is(subject, from, end, '>');
            boolean any = is(subject, from, end, '*');
            if (all && relation == Relation.COLLIDES) {
                missing -= high - low;
                return;
            }
            // Those that have > here match whatever comes.
            int first = bound(low, high, at, ">", 0, 1, false);
            int behind = bound(first, high, at, ">", 0, 1, true);
            missing -= behind - first;
            if (any && relation == Relation.COLLIDES) {
                lookAtEach(end, low, first, at);
                lookAtEach(end, behind, high, at);
            } else if (!all) {
                lookAt("*", 0, 1, end, low, high, at);
                if (!any) {
                    lookAt(subject, from, end, end, low, high, at);
                }
            }
        }

        private void lookAtEach(int end, int low, int high, int at) throws TooLongException {
            int group = low;
            while (group < high && missing > 0) {
                String one = sorted[group];
                int next = bound(group, high, at, one, at, end(one, at), true);
                lookBehind(end, group, next, at);
                group = next;
            }
        }

        /** Looks at those of a range that have a token. */
        private void lookAt(
                String token, int tokenFrom, int tokenEnd, int end, int low, int high, int at)
                throws TooLongException {
            int first = bound(low, high, at, token, tokenFrom, tokenEnd, false);
            int behind = bound(first, high, at, token, tokenFrom, tokenEnd, true);
            if (first < behind) {
                lookBehind(end, first, behind, at);
            }
        }

        /** Looks at a range whose tokens here are alike, and have the relation to the subject's. */
        private void lookBehind(int end, int low, int high, int at) throws TooLongException {
            steps++;
            if (steps > MOST_STEPS) {
                throw new TooLongException();
            }
            int tokenEnd = end(sorted[low], at);
            int longer = longer(low, high, tokenEnd);
            if (end == subject.length()) {
                missing -= longer - low;
            } else if (longer < high) {
                push(end + 1, longer, high, tokenEnd + 1);
            }
        }
    }

    /** The first of a range that doesn't end there; those that do come first. */
    private int longer(int low, int high, int length) {
        int from = low;
        int to = high;
        while (from < to) {
            int middle = from + to >>> 1;
            if (sorted[middle].length() == length) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** The first of a range whose token isn't below that one, or, if behind, is above it. */
    private int bound(
            int low, int high, int at, String token, int tokenFrom, int tokenEnd, boolean behind) {
        int from = low;
        int to = high;
        while (from < to) {
            int middle = from + to >>> 1;
            int order = compareToken(sorted[middle], at, token, tokenFrom, tokenEnd);
            if (order < 0 || behind && order == 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private static int compareToken(String one, int at, String token, int from, int end) {
        for (int i = 0; ; i++) {
            int a = order(one, at + i);
            int b = from + i < end ? token.charAt(from + i) : NONE;
            if (a < 0 || b < 0) {
                return Boolean.compare(a >= 0, b >= 0);
            }
            if (a != b) {
                return a - b;
            }
        }
    }

    private static int compare(String one, String other) {
        for (int i = 0; ; i++) {
            int a = order(one, i);
            int b = order(other, i);
            if (a != b || a == END) {
                return Integer.compare(a, b);
            }
        }
    }

    /** A shorter one comes first, and then those with a further token. */
    private static int order(String subject, int at) {
        if (at >= subject.length()) {
            return END;
        }
        char c = subject.charAt(at);
        return c == '.' ? DOT : c;
    }

    private static int end(String subject, int from) {
        int dot = subject.indexOf('.', from);
        return dot < 0 ? subject.length() : dot;
    }

    private static boolean is(String subject, int from, int to, char only) {
        return to - from == 1 && subject.charAt(from) == only;
    }
}
