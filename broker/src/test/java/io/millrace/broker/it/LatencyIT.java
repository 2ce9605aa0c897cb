package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.latency.Stage;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.concurrent.TimeUnit;

class LatencyIT {
    private static final int MESSAGES = 4_000;

    /** Each message is a stretch by itself, since the next is sent when it has come back. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTimeEveryStageOfOneStretchInEight(Mode mode) throws Exception {
        long start = System.nanoTime();
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send("SUB a 1\r\n");
            for (int i = 0; i < MESSAGES; i++) {
                client.send("PUB a 1\r\nx\r\n");
                client.expect("MSG a 1 1\r\nx\r\n");
            }
            client.fence();
            long longest = System.nanoTime() - start;
            for (Stage stage : Stage.values()) {
                Modes.await(
                        stage + " was timed",
                        () -> server.latency(stage).getTotalCount() >= MESSAGES / 8 - 1);
                Histogram latency = server.latency(stage);
                assertThat(latency.getTotalCount()).isLessThan(MESSAGES / 8 + 10);
                assertThat(latency.getMaxValue()).as("%s", stage).isBetween(1L, 2 * longest);
                assertThat(latency.getValueAtPercentile(50))
                        .as("median of %s", stage)
                        .isLessThan(TimeUnit.SECONDS.toNanos(1));
            }
            // The mean is that of a few whose thread was held up.
            assertThat(server.latency(Stage.READ_TO_SENT).getValueAtPercentile(50))
                    .isGreaterThan(server.latency(Stage.SOCKET_WRITE).getValueAtPercentile(50));
        }
    }
}
