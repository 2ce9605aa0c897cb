package io.millrace.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The parser of leaf nodes against the oracle, on whatever the fuzzer thinks of.
 *
 * <p>An input is what {@link RandomCuts} says. {@code JAZZER_FUZZ=1 mvn verify -pl protocol
 * -Dtest=LeafParserFuzzTest} fuzzes; without the variable the seeds run.
 */
class LeafParserFuzzTest {
    private static final LeafRules[] RULES = {
        new LeafRules(48, 32),
        new LeafRules(24, 8),
        new LeafRules(65536, 1 << 20),
        new LeafRules(20, 0)
    };

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldAgreeWithTheOracle(byte[] input) {
        RandomCuts.compare(input, RULES);
    }
}
