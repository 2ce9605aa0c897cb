package io.millrace.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.bench.load.CrowdLoad;
import io.millrace.bench.load.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every scenario of accounts runs once, with a few of them: loads check by themselves what comes.
 */
@Timeout(120)
class TenantsTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Tenants FEW = new Tenants(new CrowdLoad(7, 3, 2, 128));
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"inline", "dedicated"})
    void shouldRunEveryScenario(String threading) throws Exception {
        Path configuration = folder.resolve("tenants.conf");
        Files.writeString(configuration, FEW.configuration());
        String command =
                MillraceCommand.configured(threading)
                        .replace(Options.CONFIG, configuration.toString());
        try (Servers server = Servers.alone(command, folder.resolve("log"))) {
            for (Scenario scenario : FEW.scenarios()) {
                Outcome outcome = scenario.run(server, SHORT);
                assertThat(outcome.messages()).as(scenario.name()).isPositive();
                assertThat(outcome.latencyNs() != null)
                        .as(scenario.name())
                        .isEqualTo(scenario.name().contains("request"));
            }
        }
    }

    @Test
    void shouldHaveTheSameInsideOneAccountForAllThatIsShared() {
        Set<String> names =
                Tenants.ALL.scenarios().stream().map(Scenario::name).collect(Collectors.toSet());
        assertThat(names).hasSize(11).allMatch(name -> names.contains(Tenants.plainName(name)));
        assertThat(names.stream().filter(name -> !Tenants.plainName(name).equals(name))).hasSize(6);
    }
}
