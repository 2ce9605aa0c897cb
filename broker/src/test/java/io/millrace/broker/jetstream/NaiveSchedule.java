package io.millrace.broker.jetstream;

import java.time.Instant;

/** When the few schedules come that the property test knows. */
final class NaiveSchedule {
    static final long NONE = -1;

    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private NaiveSchedule() {}

    /** The next time behind another one, but not in the past; {@link #NONE} if there is no such. */
    static long next(String pattern, long after, long now) {
        if (pattern.startsWith("@at ")) {
            return parse(pattern.substring(4));
        }
        if (pattern.matches("@every [0-9]+s")) {
            long every = Long.parseLong(pattern.replaceAll("[^0-9]", "")) * SECOND;
            long next = rounded(after) + every;
            return next < now ? rounded(now) + every : next;
        }
        if (pattern.equals("0 * * * * *")) {
            long next = minute(after);
            return next < now ? minute(rounded(now)) : next;
        }
        return NONE;
    }

    private static long rounded(long time) {
        return (time + SECOND / 2) / SECOND * SECOND;
    }

    private static long minute(long time) {
        return time / MINUTE * MINUTE + MINUTE;
    }

    static long parse(String text) {
        Instant time = Instant.parse(text);
        return time.getEpochSecond() * SECOND + time.getNano();
    }

    /** As Go writes it. */
    static String text(long time) {
        return Instant.ofEpochSecond(time / SECOND, time % SECOND).toString();
    }
}
