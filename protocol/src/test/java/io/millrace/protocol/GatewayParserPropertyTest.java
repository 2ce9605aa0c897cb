package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Made-up streams of gateways, cut anywhere: after every piece the parser stands where the oracle
 * stands.
 */
@Tag("property")
class GatewayParserPropertyTest {
    private static final int COMMANDS = 20_000 * Integer.getInteger("millrace.effort", 1);
    private static final int LONGEST_STREAM = 40;
    private static final List<GatewayRules> RULES =
            List.of(
                    new GatewayRules(300, 300),
                    new GatewayRules(64, 100),
                    new GatewayRules(128, 40));

    @Test
    void shouldAgreeWithTheOracleOnMadeUpStreams() {
        Seed seed = Seed.next();
        RandomGenerator random = seed.random();
        int commands = 0;
        int errors = 0;
        for (int stream = 0; commands < COMMANDS; stream++) {
            GatewayRules rules = RULES.get(stream % RULES.size());
            String wire =
                    new RouteStreams(random, rules).stream(1 + random.nextInt(LONGEST_STREAM));
            ParseOutcome outcome =
                    RandomCuts.compare(wire, rules, random, seed + ", stream " + stream);
            commands += outcome.commands().size();
            errors += outcome.error() == null ? 0 : 1;
        }
        assertThat(errors).as("streams with an error, " + seed).isGreaterThan(COMMANDS / 1000);
    }
}
