package io.millrace.broker.jetstream.publish;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Times as RFC 3339 writes them, read as leniently as Go does: an hour may have one digit, a
 * fraction may follow a comma and have any number of digits, of which nine count, and an offset may
 * be as much as {@code 24:60}.
 *
 * @param nano of the second
 */
record Rfc3339(long epochSecond, int nano) {
    private static final int NANO_DIGITS = 9;
    private static final int SECOND_NS = 1_000_000_000;

    /** Reads one; null if it isn't one. */
    static @Nullable Rfc3339 parse(String text) {
        return new Reader(text).read();
    }

    /** Writes a time: nanoseconds without zeros at the end, {@code Z} where the offset is 0. */
    static String text(long timeNs, ZoneOffset offset) {
        long second = Math.floorDiv(timeNs, (long) SECOND_NS);
        int nano = (int) Math.floorMod(timeNs, (long) SECOND_NS);
        LocalDateTime local = LocalDateTime.ofEpochSecond(second, nano, offset);
        StringBuilder text = new StringBuilder(36);
        digits(text, local.getYear(), 4).append('-');
        digits(text, local.getMonthValue(), 2).append('-');
        digits(text, local.getDayOfMonth(), 2).append('T');
        digits(text, local.getHour(), 2).append(':');
        digits(text, local.getMinute(), 2).append(':');
        digits(text, local.getSecond(), 2);
        if (nano != 0) {
            digits(text.append('.'), nano, NANO_DIGITS);
            while (text.charAt(text.length() - 1) == '0') {
                text.setLength(text.length() - 1);
            }
        }
        int minutes = offset.getTotalSeconds() / 60;
        if (offset.getTotalSeconds() == 0) {
            return text.append('Z').toString();
        }
        text.append(minutes < 0 ? '-' : '+');
        digits(text, Math.abs(minutes) / 60, 2).append(':');
        return digits(text, Math.abs(minutes) % 60, 2).toString();
    }

    private static StringBuilder digits(StringBuilder text, int number, int count) {
        String digits = Integer.toString(number);
        return text.append("0".repeat(Math.max(0, count - digits.length()))).append(digits);
    }

    /** Goes along a text, until something is wrong. */
    private static final class Reader {
        private static final int BAD = -1;

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        @Nullable Rfc3339 read() {
            int year = number(4, '-');
            int month = number(2, '-');
            int day = number(2, 'T');
            int hour = hour();
            int minute = number(2, ':');
            int second = digits(2);
            if (year < 0 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23) {
                return null;
            }
            if (day > YearMonth.of(year, month).lengthOfMonth()
                    || minute < 0
                    || minute > 59
                    || second < 0
                    || second > 59) {
                return null;
            }
            int nano = nano();
            Integer offset = offset();
            if (offset == null || at != text.length()) {
                return null;
            }
            long days = LocalDate.of(year, month, day).toEpochDay();
            long local = ((days * 24 + hour) * 60 + minute) * 60 + second;
            return new Rfc3339(local - offset, nano);
        }

        private int number(int count, char behind) {
            int number = digits(count);
            return skip(behind) ? number : BAD;
        }

        private int hour() {
            int count = isDigit(at + 1) ? 2 : 1;
            return number(count, ':');
        }

        /** Exactly so many digits. */
        private int digits(int count) {
            int number = 0;
            for (int i = 0; i < count; i++) {
                if (!isDigit(at + i)) {
                    at = text.length() + 1;
                    return BAD;
                }
                number = number * 10 + text.charAt(at + i) - '0';
            }
            at += count;
            return number;
        }

        private int nano() {
            if (!isDigit(at + 1) || text.charAt(at) != '.' && text.charAt(at) != ',') {
                return 0;
            }
            int nano = 0;
            int digits = 0;
            for (at++; isDigit(at); at++) {
                if (digits < NANO_DIGITS) {
                    nano = nano * 10 + text.charAt(at) - '0';
                    digits++;
                }
            }
            for (; digits < NANO_DIGITS; digits++) {
                nano *= 10;
            }
            return nano;
        }

        private @Nullable Integer offset() {
            if (skip('Z')) {
                return 0;
            }
            int sign = skip('+') ? 1 : -1;
            if (sign < 0 && !skip('-')) {
                return null;
            }
            int hours = number(2, ':');
            int minutes = digits(2);
            if (hours < 0 || hours > 24 || minutes < 0 || minutes > 60) {
                return null;
            }
            return sign * (hours * 60 + minutes) * 60;
        }

        private boolean skip(char expected) {
            if (at < text.length() && text.charAt(at) == expected) {
                at++;
                return true;
            }
            return false;
        }

        private boolean isDigit(int index) {
            return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
        }
    }
}
