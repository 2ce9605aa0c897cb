package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.util.Random;

/**
 * The parser against the oracle, on whatever the fuzzer thinks of.
 *
 * <p>An input is two bytes and a stream: the first picks the rules and the size of the block, the
 * second the cuts. {@code JAZZER_FUZZ=1 mvn verify -pl protocol -Dtest=CommandParserFuzzTest}
 * fuzzes; without the variable the seeds run.
 */
class CommandParserFuzzTest {
    private static final ParserRules[] RULES = {
        new ParserRules(48, 32, true), new ParserRules(48, 32, false),
        new ParserRules(4096, 1 << 20, true), new ParserRules(20, 0, true)
    };

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldAgreeWithTheOracle(byte[] input) {
        if (input.length < 2) {
            return;
        }
        ParserRules rules = RULES[input[0] & 3];
        int blockCapacity = 1 + (input[0] >> 2 & 7);
        Random cuts = new Random(input[1] & 0x7F);
        boolean small = input[1] < 0;
        NaiveParser oracle = new NaiveParser(rules);
        try (ParserFeed feed = new ParserFeed(rules, blockCapacity, input.length)) {
            for (int from = 2; from < input.length; ) {
                int piece = 1 + cuts.nextInt(small ? 4 : 64);
                int to = Math.min(input.length, from + piece);
                oracle.feed(input, from, to);
                feed.feed(input, from, to);
                ParseOutcome expected = oracle.outcome();
                ParseOutcome outcome = feed.outcome();
                if (!outcome.equals(expected)) {
                    assertThat(outcome).as("after %d bytes", to - 2).isEqualTo(expected);
                }
                from = to;
            }
        }
    }
}
