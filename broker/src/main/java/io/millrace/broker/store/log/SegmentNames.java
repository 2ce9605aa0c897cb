package io.millrace.broker.store.log;

import java.util.OptionalLong;

/** Names of segments' files: a number that says nothing of their order, since files are reused. */
final class SegmentNames {
    private static final String SUFFIX = ".log";
    private static final int DIGITS = 8;

    private SegmentNames() {}

    static String of(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits + SUFFIX;
    }

    /** The number in a name; empty if no segment has such a name. */
    static OptionalLong number(String name) {
        if (!name.endsWith(SUFFIX)) {
            return OptionalLong.empty();
        }
        String digits = name.substring(0, name.length() - SUFFIX.length());
        boolean plain = !digits.isEmpty() && digits.length() <= 2 * DIGITS;
        for (int i = 0; i < digits.length(); i++) {
            plain &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        return plain ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }
}
