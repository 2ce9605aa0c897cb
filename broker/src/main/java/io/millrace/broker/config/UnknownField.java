package io.millrace.broker.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What to say of a key that is none: which one may have been meant, or where it belongs. */
public final class UnknownField {
    /** What people write who know other servers, or have read too fast. */
    private static final Map<String, String> ADVICE =
            Map.of(
                    "include", "a file is included without ':' or '=': include ./more.conf",
                    "level", "the log's levels are the keys debug and trace",
                    "log_level", "the log's levels are the keys debug and trace");

    /** Nothing longer can have been meant; a key may be as long as the file. */
    private static final int LONGEST_KEY = 40;

    private UnknownField() {}

    /**
     * The error.
     *
     * @param writtenKey the key, as it is written
     */
    public static String message(Block block, String writtenKey) {
        return "unknown field \"" + writtenKey + '"' + hint(block, writtenKey);
    }

    private static String hint(Block block, String writtenKey) {
        String key = writtenKey.toLowerCase(Locale.ROOT);
        String advice = ADVICE.get(key);
        if (advice != null) {
            return "; " + advice;
        }
        for (Block other : block.inner()) {
            if (other.told().contains(key)) {
                return "; it belongs into the block \"" + other.name() + '"';
            }
        }
        String near = near(block.told(), key);
        return near.isEmpty() ? "" : "; did you mean \"" + near + "\"?";
    }

    private static String near(List<String> told, String key) {
        if (key.length() > LONGEST_KEY) {
            return "";
        }
        for (String known : told) {
            if (key.length() > 2 && known.startsWith(key + '_')) {
                return known;
            }
        }
        int most = Math.clamp(key.length() / 3, 1, 2);
        for (int allowed = 1; allowed <= most; allowed++) {
            for (String known : told) {
                if (distance(key, known) <= allowed) {
                    return known;
                }
            }
        }
        return "";
    }

    /** Letters to change, add, leave out or swap with their neighbour to make one of the other. */
    static int distance(String one, String other) {
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
