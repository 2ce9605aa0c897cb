package io.millrace.broker.jetstream.sourcing;

import java.util.random.RandomGenerator;

/**
 * Where a stream is.
 *
 * @param account its name
 * @param domain the server's; empty for none
 * @param random for subjects and pauses
 */
public record CopyPlace(String account, String domain, RandomGenerator random) {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LETTERS = 8;

    /** A subject that nobody else has: a prefix, and letters behind it. */
    String subject(String prefix) {
        return prefix + '.' + letters();
    }

    /** Letters and digits by chance. */
    String letters() {
        StringBuilder letters = new StringBuilder(LETTERS);
        for (int i = 0; i < LETTERS; i++) {
            letters.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return letters.toString();
    }
}
