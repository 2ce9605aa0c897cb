package io.millrace.broker.jetstream.config;

/** What subjects with wildcards have in common. Looks no further than it must. */
public final class Subjects {
    private Subjects() {}

    /** Whether there is a subject that both match. */
    public static boolean collide(String one, String other) {
        int a = 0;
        int b = 0;
        while (true) {
            int endOfA = end(one, a);
            int endOfB = end(other, b);
            if (is(one, a, endOfA, '>') || is(other, b, endOfB, '>')) {
                return true;
            }
            boolean wild = is(one, a, endOfA, '*') || is(other, b, endOfB, '*');
            if (!wild && !same(one, a, endOfA, other, b, endOfB)) {
                return false;
            }
            if (endOfA == one.length() || endOfB == other.length()) {
                return endOfA == one.length() && endOfB == other.length();
            }
            a = endOfA + 1;
            b = endOfB + 1;
        }
    }

    /** Whether everything that a subject matches is matched by another one. */
    static boolean isWithin(String subject, String wider) {
        int a = 0;
        int b = 0;
        while (true) {
            int endOfA = end(subject, a);
            int endOfB = end(wider, b);
            if (is(wider, b, endOfB, '>')) {
                return true;
            }
            boolean wild = is(wider, b, endOfB, '*') && !is(subject, a, endOfA, '>');
            if (!wild && !same(subject, a, endOfA, wider, b, endOfB)) {
                return false;
            }
            if (endOfA == subject.length() || endOfB == wider.length()) {
                return endOfA == subject.length() && endOfB == wider.length();
            }
            a = endOfA + 1;
            b = endOfB + 1;
        }
    }

    /** Whether one of its tokens is a wildcard. */
    static boolean hasWildcard(String subject) {
        for (int from = 0; from <= subject.length(); ) {
            int end = end(subject, from);
            if (is(subject, from, end, '*') || is(subject, from, end, '>')) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private static int end(String subject, int from) {
        int dot = subject.indexOf('.', from);
        return dot < 0 ? subject.length() : dot;
    }

    private static boolean is(String subject, int from, int to, char only) {
        return to - from == 1 && subject.charAt(from) == only;
    }

    private static boolean same(String one, int a, int endOfA, String other, int b, int endOfB) {
        return endOfA - a == endOfB - b && one.regionMatches(a, other, b, endOfB - b);
    }
}
