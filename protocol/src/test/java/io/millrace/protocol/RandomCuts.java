package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Feeds a stream in pieces: after every one the parser stands where the oracle stands. */
final class RandomCuts {
    private RandomCuts() {}

    /** Feeds a text of ISO 8859-1 characters; the outcome of all of it. */
    static ParseOutcome compare(String text, Grammar rules, RandomGenerator random, String what) {
        int longestPiece = 1 + random.nextInt(random.nextBoolean() ? 8 : 400);
        byte[] wire = text.getBytes(StandardCharsets.ISO_8859_1);
        int blockCapacity = 1 + random.nextInt(12);
        return compare(wire, 0, rules, blockCapacity, random, longestPiece, what);
    }

    /**
     * Feeds what a fuzzer thought of: two bytes and a stream. The first byte picks the rules and
     * the size of the block, the second the cuts.
     *
     * @param rules a power of two of them
     */
    static void compare(byte[] input, Grammar... rules) {
        if (input.length < 2) {
            return;
        }
        Grammar picked = rules[input[0] & rules.length - 1];
        int blockCapacity = 1 + (input[0] >> 2 & 7);
        Random cuts = new Random(input[1] & 0x7F);
        compare(input, 2, picked, blockCapacity, cuts, input[1] < 0 ? 4 : 64, "fuzzed");
    }

    private static ParseOutcome compare(
            byte[] wire,
            int start,
            Grammar rules,
            int blockCapacity,
            RandomGenerator cuts,
            int longestPiece,
            String what) {
        NaiveParser oracle = rules.oracle();
        try (ParserFeed feed = new ParserFeed(rules, blockCapacity, wire.length)) {
            for (int from = start; from < wire.length; ) {
                int to = Math.min(wire.length, from + 1 + cuts.nextInt(longestPiece));
                oracle.feed(wire, from, to);
                feed.feed(wire, from, to);
                ParseOutcome expected = oracle.outcome();
                ParseOutcome outcome = feed.outcome();
                if (!outcome.equals(expected)) {
                    assertThat(outcome)
                            .as("%s, after %d bytes", what, to - start)
                            .isEqualTo(expected);
                }
                from = to;
            }
        }
        return oracle.outcome();
    }
}
