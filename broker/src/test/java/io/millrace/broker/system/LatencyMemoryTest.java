package io.millrace.broker.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.crossing.LatencySample;
import io.millrace.protocol.NodeHash;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Requests carry headers of any size into the samples of their latency. */
class LatencyMemoryTest {
    private static final int NAME_BYTES = 60_000;

    private final LatencySamples samples = new LatencySamples(Ledger.unbounded());

    private static LatencySample sample(int number, boolean half) {
        Map<String, List<String>> headers = Map.of("Uberctx-" + "n".repeat(NAME_BYTES), List.of());
        return new LatencySample(
                "E",
                "took",
                "_R_.a." + number + ".S.T",
                200,
                "",
                null,
                null,
                headers,
                Instant.EPOCH,
                1,
                1,
                2,
                half);
    }

    @Test
    void shouldCountTheNamesOfHeadersThatWait() {
        int fit = LatencySamples.MAX_BYTES / NAME_BYTES;
        for (int i = 0; i <= fit; i++) {
            samples.sampled(sample(i, false));
        }
        assertThat(samples.dropped()).isPositive();
    }

    @Test
    void shouldBoundWhatWaitsForOtherServers() {
        FakePort port = new FakePort();
        LatencyService service =
                new LatencyService(
                        samples,
                        "$SYS",
                        "S",
                        ServerLog.discarding(),
                        InstantSource.fixed(Instant.EPOCH));
        service.start(port);
        int many = 200;
        for (int i = 0; i < many; i++) {
            samples.sampled(sample(i, true));
            service.onPoll(System.nanoTime());
        }
        for (int i = 0; i < many; i++) {
            String told = "{\"req_id\":\"_R_.a.%d.S.T\",\"m2\":{\"service\":1}}".formatted(i);
            port.tell(service, "$SYS", 0, "$SYS.LATENCY.M2." + NodeHash.of("S"), "", "", told);
        }
        int kept = port.said.size();
        assertThat(kept).isBetween(10, 4 * 1024 * 1024 / NAME_BYTES);
        assertThat(samples.dropped()).isZero();
    }
}
