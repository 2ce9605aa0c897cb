package io.millrace.broker.jetstream.config;

/** Durations in Go's words. */
public final class GoDuration {
    private static final long SECOND = 1_000_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private GoDuration() {}

    /**
     * For instance {@code 1h0m0.5s}, {@code 20ms}.
     *
     * @param ns not negative
     */
    public static String text(long ns) {
        if (ns < SECOND) {
            return small(ns);
        }
        StringBuilder out = new StringBuilder();
        if (ns >= HOUR) {
            out.append(ns / HOUR).append('h');
        }
        if (ns >= MINUTE) {
            out.append(ns % HOUR / MINUTE).append('m');
        }
        return out.append(decimal(ns % MINUTE, SECOND)).append('s').toString();
    }

    private static String small(long ns) {
        if (ns == 0) {
            return "0s";
        }
        if (ns < 1000) {
            return ns + "ns";
        }
        return ns < 1_000_000 ? decimal(ns, 1000) + "µs" : decimal(ns, 1_000_000) + "ms";
    }

    private static String decimal(long ns, long unit) {
        String whole = Long.toString(ns / unit);
        String rest = Long.toString(unit + ns % unit).substring(1).replaceFirst("0+$", "");
        return rest.isEmpty() ? whole : whole + '.' + rest;
    }
}
