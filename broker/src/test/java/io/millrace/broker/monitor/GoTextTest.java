package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class GoTextTest {
    @ParameterizedTest
    @CsvSource({
        "-3,0s",
        "0,0s",
        "59,59s",
        "60,1m0s",
        "3661,1h1m1s",
        "90061,1d1h1m1s",
        "31622400,1y1d0h0m0s"
    })
    void shouldWriteUptimes(long seconds, String text) {
        assertThat(GoText.uptime(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0s", "999,999ns", "395678,395µs", "2501277,2.501277ms", "1500000000,1.5s"})
    void shouldWriteRoundTrips(long ns, String text) {
        assertThat(GoText.rtt(ns)).isEqualTo(text);
    }
}
