package io.millrace.broker.jetstream.publish;

import java.util.List;

/**
 * One field of a cron pattern: numbers, ranges, steps and names, as the reference reads them.
 *
 * <p>What it reads is a set of numbers as bits. The topmost one says that there was a {@code *} or
 * a {@code ?} in it.
 */
enum CronField {
    SECOND(0, 59, List.of()),
    MINUTE(0, 59, List.of()),
    HOUR(0, 23, List.of()),
    DAY_OF_MONTH(1, 31, List.of()),
    MONTH(
            1,
            12,
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec")),
    /** From Sunday. */
    DAY_OF_WEEK(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));

    /** In a set of numbers: any will do. */
    static final long ANY = 1L << 63;

    private final int least;
    private final int most;
    private final List<String> names;

    CronField(int least, int most, List<String> names) {
        this.least = least;
        this.most = most;
        this.names = names;
    }

    /** The field isn't one. */
    static final class BadFieldException extends Exception {
        private static final long serialVersionUID = 1L;

        BadFieldException() {
            // Nobody looks at where it comes from.
            super("bad field", null, false, false);
        }
    }

    /** Reads a field: ranges with commas between them, also none. */
    long parse(String text) throws BadFieldException {
        long numbers = 0;
        for (String range : text.split(",")) {
            if (!range.isEmpty()) {
                numbers |= range(range);
            }
        }
        return numbers;
    }

    private long range(String text) throws BadFieldException {
        String[] rangeAndStep = text.split("/", -1);
        String[] ends = rangeAndStep[0].split("-", -1);
        if (rangeAndStep.length > 2) {
            throw new BadFieldException();
        }
        boolean any = ends[0].equals("*") || ends[0].equals("?");
        if (!any && ends.length > 2) {
            throw new BadFieldException();
        }
        long from = any ? least : number(ends[0]);
        long to = any ? most : number(ends[ends.length - 1]);
        long step = 1;
        if (rangeAndStep.length == 2) {
            step = plainNumber(rangeAndStep[1]);
            // A step from one number on goes as far as there are numbers.
            to = ends.length == 1 ? most : to;
        }
        if (from < least || to > most || from > to || step == 0) {
            throw new BadFieldException();
        }
        return bits(from, to, step) | (any && step == 1 ? ANY : 0);
    }

    private static long bits(long from, long to, long step) {
        long bits = 0;
        for (long number = from; number <= to; number += step) {
            bits |= 1L << number;
            if (step > to) {
                break;
            }
        }
        return bits;
    }

    private long number(String text) throws BadFieldException {
        StringBuilder lower = new StringBuilder();
        text.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
        int named = names.indexOf(lower.toString());
        return named >= 0 ? named + least : plainNumber(text);
    }

    /** Digits, which a plus may stand before. */
    private static long plainNumber(String text) throws BadFieldException {
        String digits = text.startsWith("+") ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new BadFieldException();
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new BadFieldException();
        }
    }
}
