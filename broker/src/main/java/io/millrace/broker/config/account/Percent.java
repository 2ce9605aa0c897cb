package io.millrace.broker.config.account;

import java.util.regex.Pattern;

/** A number of per cent as a text, {@code 50} or {@code 50%}. */
final class Percent {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");

    private Percent() {}

    /** The text without its sign. */
    static String digits(String text) {
        return text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    }

    /**
     * The number, of any size.
     *
     * @throws NumberFormatException if it isn't one; the message is Go's
     */
    static long of(String text) {
        String digits = digits(text);
        if (!NUMBER.matcher(digits).matches()) {
            throw refused(digits, "invalid syntax");
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw refused(digits, "value out of range");
        }
    }

    private static NumberFormatException refused(String digits, String why) {
        return new NumberFormatException("strconv.Atoi: parsing " + Quote.of(digits) + ": " + why);
    }
}
