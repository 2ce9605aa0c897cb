package io.millrace.broker;

import java.security.SecureRandom;

/** Names that nobody else makes up: 22 letters and digits, as many as the reference's have. */
final class MadeUpName {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 22;

    private MadeUpName() {}

    static String next() {
        StringBuilder name = new StringBuilder(LENGTH);
        new SecureRandom()
                .ints(LENGTH, 0, DIGITS.length())
                .forEach(digit -> name.append(DIGITS.charAt(digit)));
        return name.toString();
    }
}
