package io.millrace.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The parser against the oracle, on whatever the fuzzer thinks of.
 *
 * <p>An input is what {@link RandomCuts} says. {@code JAZZER_FUZZ=1 mvn verify -pl protocol
 * -Dtest=CommandParserFuzzTest} fuzzes; without the variable the seeds run.
 */
class CommandParserFuzzTest {
    private static final ParserRules[] RULES = {
        new ParserRules(48, 32, true), new ParserRules(48, 32, false),
        new ParserRules(4096, 1 << 20, true), new ParserRules(20, 0, true)
    };

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldAgreeWithTheOracle(byte[] input) {
        RandomCuts.compare(input, RULES);
    }
}
