package io.millrace.broker.system;

import io.millrace.protocol.SystemRandom;

import java.util.random.RandomGenerator;

/** Names for events that nobody else has: 22 letters and digits, as the reference's. */
final class EventIds {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static final int PREFIX_DIGITS = 12;
    private static final int NUMBER_DIGITS = 10;
    private static final int LARGEST_STEP = 333;

    private final RandomGenerator random = new SystemRandom();
    private final String prefix;
    private long number;

    EventIds() {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < PREFIX_DIGITS; i++) {
            digits.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        prefix = digits.toString();
        number = random.nextLong(1L << 52);
    }

    String next() {
        number += 1 + random.nextInt(LARGEST_STEP);
        char[] digits = new char[NUMBER_DIGITS];
        long rest = number;
        for (int i = NUMBER_DIGITS - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return prefix + new String(digits);
    }
}
