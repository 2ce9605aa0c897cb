package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import java.nio.charset.StandardCharsets;

/**
 * Whatever stands behind the question mark, every endpoint answers, with 200 or 400.
 *
 * <p>{@code JAZZER_FUZZ=1 mvn verify -pl protocol,broker -Dtest=QueryFuzzTest} fuzzes; without the
 * variable the seeds run.
 */
class QueryFuzzTest {
    private static final String[] PATHS = {
        "/varz",
        "/connz",
        "/subsz",
        "/routez",
        "/gatewayz",
        "/leafz",
        "/accountz",
        "/accstatz",
        "/jsz",
        "/latencyz",
        "/busyz",
        "/streamz",
        "/slowz",
        "/metrics",
        "/ipqueuesz"
    };

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldAnswerWhateverIsAsked(byte[] input) throws Exception {
        String asked = new String(input, StandardCharsets.ISO_8859_1);
        try (RouterFixture fixture = new RouterFixture(ServerLog.discarding())) {
            fixture.connect(1, 3, 2);
            Paths paths = new Paths(new FakeServer(fixture.router), "", ServerLog.discarding());
            for (String path : PATHS) {
                Reply reply = paths.answer(path, Query.parse(asked));
                assertThat(reply.status()).as(path).isIn(200, 400);
            }
        }
    }
}
