package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.random.RandomGenerator;

/** Made-up streams, cut anywhere: after every piece the parser stands where the oracle stands. */
@Tag("property")
class CommandParserPropertyTest {
    private static final int COMMANDS = 20_000 * Integer.getInteger("millrace.effort", 1);
    private static final int LONGEST_STREAM = 40;
    private static final List<ParserRules> RULES =
            List.of(
                    new ParserRules(300, 300, true),
                    new ParserRules(64, 100, true),
                    new ParserRules(128, 40, false));

    @Test
    void shouldAgreeWithTheOracleOnMadeUpStreams() {
        Seed seed = Seed.next();
        RandomGenerator random = seed.random();
        int commands = 0;
        int errors = 0;
        for (int stream = 0; commands < COMMANDS; stream++) {
            ParserRules rules = RULES.get(stream % RULES.size());
            String wire =
                    new CommandStreams(random, rules).stream(1 + random.nextInt(LONGEST_STREAM));
            ParseOutcome outcome =
                    RandomCuts.compare(wire, rules, random, seed + ", stream " + stream);
            commands += outcome.commands().size();
            errors += outcome.error() == null ? 0 : 1;
        }
        assertThat(errors).as("streams with an error, " + seed).isGreaterThan(COMMANDS / 1000);
    }
}
