package io.millrace.protocol;

/** Decimal numbers without a sign, as they stand in subjects and headers. */
public final class Decimal {
    /** Says that there is no number. */
    public static final long NONE = -1;

    private Decimal() {}

    /**
     * Digits, as many as there are.
     *
     * @return the number; {@link #NONE} if there are no digits, if anything else is there, or if
     *     the number is larger than a long
     */
    public static long parse(Region region, int offset, int length) {
        if (length <= 0) {
            return NONE;
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            int digit = region.getByte(offset + i) - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return NONE;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
