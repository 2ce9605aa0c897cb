package io.millrace.bench.compare;

import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Every scenario of links and WebSockets runs once: loads check by themselves what comes. */
@Timeout(120)
class LinksTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"inline", "dedicated"})
    void shouldRunEveryScenarioOverLinks(String threading) throws Exception {
        try (Servers servers =
                Servers.linked(MillraceCommand.configured(threading), folder, log())) {
            shouldRun(Links.scenarios(), servers);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "dedicated"})
    void shouldRunEveryScenarioByWebSocket(String threading) throws Exception {
        try (Servers servers =
                Servers.byWebSocket(MillraceCommand.configured(threading), folder, log())) {
            shouldRun(WebSockets.scenarios(), servers);
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private static void shouldRun(List<Scenario> scenarios, Servers servers) throws Exception {
        for (Scenario scenario : scenarios) {
            assertThatNoException()
                    .as(scenario.name())
                    .isThrownBy(() -> scenario.run(servers, SHORT));
        }
    }
}
