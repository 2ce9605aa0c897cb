package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.Decimal;
import io.millrace.protocol.Region;

/**
 * Reads durations as Go's {@code time.ParseDuration} does: {@code 1h30m}, {@code 1.5s}, {@code
 * -2ms}, with its units and its bounds. Allocates nothing.
 */
public final class GoDuration {
    /** Not a duration. No duration is this long: what Go takes for one ends a nanosecond above. */
    public static final long INVALID = Long.MIN_VALUE;

    private static final long NO_UNIT = 0;
    private static final long MICROSECOND_NS = 1_000;
    private static final long MILLISECOND_NS = 1_000_000;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long MINUTE_NS = 60 * SECOND_NS;
    private static final long HOUR_NS = 60 * MINUTE_NS;

    private final Region region;
    private final int end;

    private GoDuration(Region region, int end) {
        this.region = region;
        this.end = end;
    }

    /**
     * Parses one.
     *
     * @return nanoseconds, or {@link #INVALID}
     */
    public static long parse(Region region, int offset, int length) {
        return new GoDuration(region, offset + length).parse(offset);
    }

    private long parse(int offset) {
        int at = offset;
        boolean negative = false;
        if (at < end && (region.getByte(at) == '-' || region.getByte(at) == '+')) {
            negative = region.getByte(at) == '-';
            at++;
        }
        if (at == end) {
            return INVALID;
        }
        if (at == end - 1 && region.getByte(at) == '0') {
            return 0;
        }
        // Without a sign: as far as 2^63, which only a negative one may come to in Go.
        long sum = 0;
        while (at < end) {
            int digits = digits(at);
            long whole = whole(at, digits);
            int next = at + digits;
            int fractionDigits = 0;
            int fractionAt = next;
            boolean point = next < end && region.getByte(next) == '.';
            if (point) {
                fractionAt = next + 1;
                fractionDigits = digits(fractionAt);
                next = fractionAt + fractionDigits;
            }
            if (whole < 0 || digits + fractionDigits == 0) {
                return INVALID;
            }
            int unitEnd = unitEnd(next);
            long unit = unit(next, unitEnd - next);
            if (unit == NO_UNIT || whole > Long.MAX_VALUE / unit) {
                return INVALID;
            }
            long part = whole * unit + fraction(fractionAt, fractionDigits, unit);
            if (part < 0 || sum + part < 0) {
                return INVALID;
            }
            sum += part;
            at = unitEnd;
        }
        return negative ? -sum : sum;
    }

    private int digits(int from) {
        int at = from;
        while (at < end && region.getByte(at) >= '0' && region.getByte(at) <= '9') {
            at++;
        }
        return at - from;
    }

    /** The digits as a number; negative if it is too large. */
    private long whole(int from, int digits) {
        return digits == 0 ? 0 : Decimal.parse(region, from, digits);
    }

    /** What the digits behind the point are worth: as many of them as a long holds, as in Go. */
    private long fraction(int from, int digits, long unit) {
        long fraction = 0;
        double scale = 1;
        for (int i = 0; i < digits; i++) {
            if (fraction > Long.MAX_VALUE / 10) {
                break;
            }
            long more = fraction * 10 + (region.getByte(from + i) - '0');
            if (more < 0) {
                break;
            }
            fraction = more;
            scale *= 10;
        }
        return fraction == 0 ? 0 : (long) ((double) fraction * ((double) unit / scale));
    }

    private int unitEnd(int from) {
        int at = from;
        while (at < end) {
            byte each = region.getByte(at);
            if (each == '.' || each >= '0' && each <= '9') {
                break;
            }
            at++;
        }
        return at;
    }

    private long unit(int from, int length) {
        byte first = length == 0 ? 0 : region.getByte(from);
        if (length == 1) {
            return switch (first) {
                case 's' -> SECOND_NS;
                case 'm' -> MINUTE_NS;
                case 'h' -> HOUR_NS;
                default -> NO_UNIT;
            };
        }
        if (length == 2 && region.getByte(from + 1) == 's') {
            return switch (first) {
                case 'n' -> 1;
                case 'u' -> MICROSECOND_NS;
                case 'm' -> MILLISECOND_NS;
                default -> NO_UNIT;
            };
        }
        return length == 3 && isMicro(from) && region.getByte(from + 2) == 's'
                ? MICROSECOND_NS
                : NO_UNIT;
    }

    /** The micro sign or the letter mu, in UTF-8. */
    private boolean isMicro(int from) {
        int both = (region.getByte(from) & 0xFF) << Byte.SIZE | region.getByte(from + 1) & 0xFF;
        return both == 0xC2B5 || both == 0xCEBC;
    }
}
