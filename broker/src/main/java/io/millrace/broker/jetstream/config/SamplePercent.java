package io.millrace.broker.jetstream.config;

import io.millrace.protocol.Quoted;

import org.jspecify.annotations.Nullable;

/** How many of a hundred acknowledgements are told of, as a consumer's configuration says it. */
public final class SamplePercent {
    private SamplePercent() {}

    /**
     * The number.
     *
     * @param said as it was accepted; empty for none
     * @return from 0; more than 100 is as much as 100
     */
    public static int of(String said) {
        return said.isEmpty() ? 0 : (int) Math.min(100, Long.parseLong(digits(said)));
    }

    /** Why it isn't one; null if it is. */
    static @Nullable String wrong(String said) {
        String digits = digits(said);
        boolean signed = digits.startsWith("-") || digits.startsWith("+");
        String unsigned = signed ? digits.substring(1) : digits;
        if (unsigned.isEmpty() || !unsigned.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return failed(digits, "invalid syntax");
        }
        try {
            // The reference has no words for a negative number.
            return Long.parseLong(digits) < 0 ? "<nil>" : null;
        } catch (NumberFormatException e) {
            return failed(digits, "value out of range");
        }
    }

    private static String failed(String digits, String why) {
        return "strconv.Atoi: parsing \"" + Quoted.utf8(digits) + "\": " + why;
    }

    private static String digits(String said) {
        return said.endsWith("%") ? said.substring(0, said.length() - 1) : said;
    }
}
