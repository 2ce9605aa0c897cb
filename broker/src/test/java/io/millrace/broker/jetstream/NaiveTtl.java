package io.millrace.broker.jetstream;

import java.util.Map;

/** What times to live mean, looked up. */
final class NaiveTtl {
    static final long NEVER = -1;
    static final long INVALID = -2;

    /** Values and their seconds. */
    static final Map<String, Long> KNOWN =
            Map.ofEntries(
                    Map.entry("", 0L),
                    Map.entry("1s", 1L),
                    Map.entry("2", 2L),
                    Map.entry("3", 3L),
                    Map.entry("5s", 5L),
                    Map.entry("1500ms", 1L),
                    Map.entry("1m", 60L),
                    Map.entry("1h", 3600L),
                    Map.entry("never", NEVER),
                    Map.entry("NEVER", NEVER),
                    Map.entry("0", INVALID),
                    Map.entry("00", 0L),
                    Map.entry("1ms", INVALID),
                    Map.entry("-1", INVALID),
                    Map.entry("soon", INVALID));

    private NaiveTtl() {}

    /** Seconds; 0 for none, or one of the above. */
    static long parse(String text) {
        Long known = KNOWN.get(text);
        // Whatever else there is was written by a server.
        return known == null ? seconds(text) : known;
    }

    private static long seconds(String text) {
        long seconds = 0;
        for (String part : text.split("(?<=[hms])")) {
            long number = Long.parseLong(part.replaceAll("[hms]", ""));
            seconds += number * (part.endsWith("h") ? 3600 : part.endsWith("m") ? 60 : 1);
        }
        return seconds;
    }
}
