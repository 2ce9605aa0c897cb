package io.millrace.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The parser of routes against the oracle, on whatever the fuzzer thinks of.
 *
 * <p>An input is what {@link RandomCuts} says. {@code JAZZER_FUZZ=1 mvn verify -pl protocol
 * -Dtest=RouteParserFuzzTest} fuzzes; without the variable the seeds run.
 */
class RouteParserFuzzTest {
    private static final RouteRules[] RULES = {
        new RouteRules(48, 32, false), new RouteRules(48, 32, true),
        new RouteRules(65536, 1 << 20, false), new RouteRules(20, 0, false)
    };

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldAgreeWithTheOracle(byte[] input) {
        RandomCuts.compare(input, RULES);
    }
}
