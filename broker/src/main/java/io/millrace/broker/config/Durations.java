package io.millrace.broker.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go reads and writes them: {@code 2m30s}, {@code 1.5h}, {@code 100ms}. */
public final class Durations {
    private static final Pattern PART =
            Pattern.compile("\\G(\\d++(?:\\.\\d*+)?|\\.\\d++)(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern OTHER_UNIT =
            Pattern.compile("(?:\\d++(?:\\.\\d*+)?|\\.\\d++)([^.\\d]*+)");
    private static final Map<String, Double> UNIT_NS =
            Map.of(
                    "ns", 1d, "us", 1e3, "µs", 1e3, "μs", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "h",
                    3600e9);

    private static final int MS_DIGITS = 6;
    private static final int S_DIGITS = 9;

    /** Longest duration, as long as Go's: its nanoseconds fit into 64 bits. */
    public static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000;

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if it isn't one; the message is Go's
     */
    public static Duration parse(String text) {
        String rest = text;
        boolean negative = rest.startsWith("-");
        if (negative || rest.startsWith("+")) {
            rest = rest.substring(1);
        }
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = PART.matcher(rest);
        int end = 0;
        double ns = 0;
        while (part.find()) {
            ns += Double.parseDouble(part.group(1)) * UNIT_NS.get(part.group(2));
            end = part.end();
        }
        if (rest.isEmpty() || end != rest.length() || ns > Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "time: " + problem(rest.substring(end)) + " duration \"" + text + '"');
        }
        return Duration.ofNanos((long) (negative ? -ns : ns));
    }

    /** What is wrong where a number and its unit should be; Go's words. */
    private static String problem(String rest) {
        Matcher part = OTHER_UNIT.matcher(rest);
        if (!part.lookingAt()) {
            return "invalid";
        }
        String unit = part.group(1);
        return unit.isEmpty() ? "missing unit in" : "unknown unit \"" + unit + "\" in";
    }

    /** Writes a duration: {@code 1m30s}, {@code 10s}, {@code 500ms}. */
    public static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + text(duration.negated());
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return number(duration.toNanos(), MS_DIGITS) + "ms";
        }
        long hours = duration.toHours();
        long minutes = duration.toMinutesPart();
        long ns = duration.toSecondsPart() * (long) 1e9 + duration.toNanosPart();
        return (hours > 0 ? hours + "h" : "")
                + (hours > 0 || minutes > 0 ? minutes + "m" : "")
                + number(ns, S_DIGITS)
                + "s";
    }

    /**
     * What is wrong with a duration that may not be negative; empty if nothing is.
     *
     * @param name of the option
     */
    public static String negativeProblem(String name, Duration value) {
        return value.isNegative() ? name + " must be longer than nothing: " + text(value) : "";
    }

    /**
     * Nanoseconds in a unit of so many digits more. Not by BigDecimal, whose powers take a tenth of
     * the start of a server.
     */
    private static String number(long ns, int digits) {
        String text = String.valueOf(ns);
        String padded = "0".repeat(Math.max(0, digits + 1 - text.length())) + text;
        int point = padded.length() - digits;
        int end = padded.length();
        while (end > point && padded.charAt(end - 1) == '0') {
            end--;
        }
        String whole = padded.substring(0, point);
        return end == point ? whole : whole + '.' + padded.substring(point, end);
    }
}
