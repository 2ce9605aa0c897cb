package io.millrace.bench.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;

/** The loads run once each way, so that they don't rot. */
@Timeout(60)
class JavaLoadTest {
    /** Systems count a process's time in ticks of some 10 ms. */
    private static final long FOR_NS = TimeUnit.MILLISECONDS.toNanos(200);

    @Test
    void shouldMeasureBothWays() throws Exception {
        try (NatsServer server = NatsServer.builder().port(0).start()) {
            for (JavaLoad load : JavaLoad.values()) {
                WayPairs pairs = new WayPairs();
                for (Way way : Way.values()) {
                    Figures figures = load.run(server, way, FOR_NS);
                    assertThat(figures.rate()).isPositive();
                    assertThat(figures.cpuUs()).isPositive();
                    assertThat(Double.isNaN(figures.p99Us())).isEqualTo(load == JavaLoad.STREAM);
                    pairs.add(way, figures);
                }
                assertThat(pairs.row("rate", Figures::rate)).startsWith("| rate | ");
            }
        }
    }
}
