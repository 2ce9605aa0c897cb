package io.millrace.broker.config;

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
        String told = Nearest.to(key, block.told());
        String near = told.isEmpty() ? Nearest.to(key, block.names()) : told;
        return near.isEmpty() ? "" : "; did you mean \"" + near + "\"?";
    }
}
