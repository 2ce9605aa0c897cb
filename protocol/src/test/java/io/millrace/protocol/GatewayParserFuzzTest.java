package io.millrace.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The parser of gateways against the oracle, on whatever the fuzzer thinks of.
 *
 * <p>An input is what {@link RandomCuts} says. {@code JAZZER_FUZZ=1 mvn verify -pl protocol
 * -Dtest=GatewayParserFuzzTest} fuzzes; without the variable the seeds run.
 */
class GatewayParserFuzzTest {
    private static final GatewayRules[] RULES = {
        new GatewayRules(48, 32), new GatewayRules(65536, 1 << 20), new GatewayRules(20, 0)
    };

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldAgreeWithTheOracle(byte[] input) {
        RandomCuts.compare(input, RULES);
    }
}
