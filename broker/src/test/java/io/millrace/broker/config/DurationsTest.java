package io.millrace.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Random;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 0.000001ms",
        "1500000, 1.5ms",
        "999999999, 999.999999ms",
        "1000000000, 1s",
        "-2500000000, -2.5s",
        "10000000000, 10s",
        "60000000000, 1m0s",
        "90000000001, 1m30.000000001s",
        "3600000000000, 1h0m0s",
        "7384500000000, 2h3m4.5s"
    })
    void shouldWriteDurationsAsGoDoes(long ns, String text) {
        assertThat(Durations.text(Duration.ofNanos(ns))).isEqualTo(text);
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(ns));
    }

    @Test
    void shouldWriteEveryFractionAsADecimalNumber() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long ns = 1_000_000_000L + random.nextLong(59_000_000_000L) / 10 * 10;
            assertThat(Durations.text(Duration.ofNanos(ns)))
                    .as("seed %d", seed)
                    .isEqualTo(
                            BigDecimal.valueOf(ns, 9).stripTrailingZeros().toPlainString() + "s");
        }
    }
}
