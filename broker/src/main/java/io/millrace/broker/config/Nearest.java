package io.millrace.broker.config;

import java.util.List;

/** Which known name somebody may have meant who wrote another. */
public final class Nearest {
    /** Nothing longer can have been meant; a key may be as long as the file. */
    private static final int LONGEST = 40;

    /** What is shorter is near to everything. */
    private static final int SHORTEST = 3;

    private Nearest() {}

    /**
     * The known name that begins with what is written, or is spelled like it; empty if there is
     * none.
     */
    public static String to(String written, List<String> known) {
        if (written.length() > LONGEST) {
            return "";
        }
        for (String each : known) {
            if (written.length() >= SHORTEST && each.startsWith(written + '_')) {
                return each;
            }
        }
        int most = Math.clamp(written.length() / 3, 1, 2);
        for (int allowed = 1; allowed <= most; allowed++) {
            for (String each : known) {
                if (distance(written, each) <= allowed) {
                    return each;
                }
            }
        }
        return "";
    }

    /** Letters to change, add, leave out or swap with their neighbour to make one of the other. */
    private static int distance(String one, String other) {
        int[][] least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                int best = least[i - 1][j - 1] + (same ? 0 : 1);
                best = Math.min(best, Math.min(least[i - 1][j], least[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    best = Math.min(best, least[i - 2][j - 2] + 1);
                }
                least[i][j] = best;
            }
        }
        return least[one.length()][other.length()];
    }
}
