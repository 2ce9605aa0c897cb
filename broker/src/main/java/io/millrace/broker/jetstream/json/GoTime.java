package io.millrace.broker.jetstream.json;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;

/** Points in time by RFC 3339, as Go reads and writes them. */
public final class GoTime {
    /** What Go writes for no time at all. */
    public static final String NONE = "0001-01-01T00:00:00Z";

    private static final String LAYOUT = "2006-01-02T15:04:05Z07:00";
    private static final int NS_DIGITS = 9;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final String text;
    private int at;

    private GoTime(String text) {
        this.text = text;
    }

    /**
     * Reads one.
     *
     * @throws BadJsonException with Go's text
     */
    static OffsetDateTime parse(String text) throws BadJsonException {
        return new GoTime(text).parse();
    }

    private OffsetDateTime parse() throws BadJsonException {
        int year = number("2006", 4);
        literal("-");
        int month = inRange(number("01", 2), 1, 12, "month");
        literal("-");
        int day = number("02", 2);
        literal("T");
        // Of the hour alone one digit is enough.
        int hour = inRange(number("15", isDigit(at + 1) ? 2 : 1), 0, 23, "hour");
        literal(":");
        int minute = inRange(number("04", 2), 0, 59, "minute");
        literal(":");
        int second = inRange(number("05", 2), 0, 59, "second");
        int ns = fraction();
        ZoneOffset offset = offset();
        if (at < text.length()) {
            throw failed(": extra text: " + quoted(text.substring(at)));
        }
        try {
            return OffsetDateTime.of(year, month, day, hour, minute, second, ns, offset);
        } catch (DateTimeException e) {
            throw failed(": day out of range");
        }
    }

    private int number(String element, int digits) throws BadJsonException {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            if (!isDigit(at + i)) {
                throw unlike(element);
            }
            value = 10 * value + text.charAt(at + i) - '0';
        }
        at += digits;
        return value;
    }

    private int inRange(int value, int least, int most, String what) throws BadJsonException {
        if (value < least || value > most) {
            throw failed(": " + what + " out of range");
        }
        return value;
    }

    private void literal(String expected) throws BadJsonException {
        if (!text.startsWith(expected, at)) {
            throw unlike(expected);
        }
        at += expected.length();
    }

    /** Nanoseconds; more digits than those are passed over. */
    private int fraction() {
        boolean point = text.startsWith(".", at) || text.startsWith(",", at);
        if (!point || !isDigit(at + 1)) {
            return 0;
        }
        at++;
        int value = 0;
        int digits = 0;
        while (isDigit(at)) {
            if (digits < NS_DIGITS) {
                value = 10 * value + text.charAt(at) - '0';
                digits++;
            }
            at++;
        }
        for (; digits < NS_DIGITS; digits++) {
            value *= 10;
        }
        return value;
    }

    private ZoneOffset offset() throws BadJsonException {
        if (text.startsWith("Z", at)) {
            at++;
            return ZoneOffset.UTC;
        }
        String element = "Z07:00";
        boolean fits =
                (text.startsWith("+", at) || text.startsWith("-", at))
                        && isDigit(at + 1)
                        && isDigit(at + 2)
                        && text.startsWith(":", at + 3)
                        && isDigit(at + 4)
                        && isDigit(at + 5);
        if (!fits) {
            throw unlike(element);
        }
        int sign = text.charAt(at) == '-' ? -1 : 1;
        at++;
        int hours = inRange(number(element, 2), 0, 24, "time zone offset hour");
        at++;
        int minutes = inRange(number(element, 2), 0, 60, "time zone offset minute");
        int seconds = sign * (hours * 60 + minutes) * 60;
        // Java knows none that are further from UTC than 18 hours, and nobody lives there.
        int most = ZoneOffset.MAX.getTotalSeconds();
        inRange(seconds, -most, most, "time zone offset hour");
        return ZoneOffset.ofTotalSeconds(seconds);
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private BadJsonException unlike(String element) {
        String rest = text.substring(at);
        return failed(
                " as "
                        + quoted(LAYOUT)
                        + ": cannot parse "
                        + quoted(rest)
                        + " as "
                        + quoted(element));
    }

    private BadJsonException failed(String why) {
        return new BadJsonException("parsing time " + quoted(text) + why);
    }

    /** As only Go's errors of times quote: whatever isn't plain ASCII byte by byte. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b < ' ') {
                out.append("\\x").append(HexFormat.of().toHexDigits(b));
            } else {
                out.append(b == '"' || b == '\\' ? "\\" : "").append((char) b);
            }
        }
        return out.append('"').toString();
    }

    /** Nanoseconds since the epoch; what a long can't hold is the nearest that it can. */
    public static long ns(OffsetDateTime time) {
        long most = Long.MAX_VALUE / NS_PER_SECOND - 1;
        return Math.clamp(time.toEpochSecond(), -most, most) * NS_PER_SECOND + time.getNano();
    }

    /**
     * As Go writes it: as many digits behind the second as are needed.
     *
     * @param timeNs since the epoch; 0 for no time
     */
    public static String text(long timeNs) {
        return timeNs == 0
                ? NONE
                : text(
                        Instant.ofEpochSecond(
                                        Math.floorDiv(timeNs, NS_PER_SECOND),
                                        Math.floorMod(timeNs, NS_PER_SECOND))
                                .atOffset(ZoneOffset.UTC));
    }

    /** The same, with its distance from UTC. */
    public static String text(OffsetDateTime time) {
        StringBuilder out = new StringBuilder(36);
        digits(out, time.getYear(), 4).append('-');
        digits(out, time.getMonthValue(), 2).append('-');
        digits(out, time.getDayOfMonth(), 2).append('T');
        digits(out, time.getHour(), 2).append(':');
        digits(out, time.getMinute(), 2).append(':');
        digits(out, time.getSecond(), 2);
        if (time.getNano() != 0) {
            digits(out.append('.'), time.getNano(), NS_DIGITS);
            while (out.charAt(out.length() - 1) == '0') {
                out.setLength(out.length() - 1);
            }
        }
        return out.append(time.getOffset().getId()).toString();
    }

    private static StringBuilder digits(StringBuilder out, int value, int digits) {
        String plain = Integer.toString(value);
        return out.repeat('0', Math.max(0, digits - plain.length())).append(plain);
    }
}
