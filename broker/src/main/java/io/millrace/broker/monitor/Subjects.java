package io.millrace.broker.monitor;

/** Subjects as text, where the routing thread's native ones aren't to be had. */
final class Subjects {
    private Subjects() {}

    /** Whether a message can be published to it. */
    static boolean isLiteral(String subject) {
        for (String token : tokens(subject)) {
            if (token.isEmpty()
                    || token.equals("*")
                    || token.equals(">")
                    || token.chars().anyMatch(c -> " \t\r\n\f".indexOf(c) >= 0)) {
                return false;
            }
        }
        return true;
    }

    /** Whether some message could be for both; a literal and a pattern collide if they match. */
    static boolean collide(String one, String other) {
        String[] left = tokens(one);
        String[] right = tokens(other);
        for (int i = 0; i < left.length && i < right.length; i++) {
            if (left[i].equals(">") || right[i].equals(">")) {
                return true;
            }
            boolean any = left[i].equals("*") || right[i].equals("*");
            if (!any && !left[i].equals(right[i])) {
                return false;
            }
        }
        return left.length == right.length;
    }

    /** Whether all that a pattern is for, the other one is for, too. */
    static boolean isSubset(String pattern, String other) {
        String[] narrow = tokens(pattern);
        String[] wide = tokens(other);
        for (int i = 0; i < wide.length; i++) {
            if (i >= narrow.length) {
                return false;
            }
            if (wide[i].equals(">")) {
                return true;
            }
            if (narrow[i].equals(">") || !wide[i].equals("*") && !wide[i].equals(narrow[i])) {
                return false;
            }
        }
        return narrow.length == wide.length;
    }

    private static String[] tokens(String subject) {
        return subject.split("\\.", -1);
    }
}
