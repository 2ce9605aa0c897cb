package io.millrace.broker.jetstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplePercentTest {
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "10, 10",
        "10%, 10",
        "+5, 5",
        "-0, 0",
        "100%, 100",
        "250, 100",
        "9223372036854775807, 100",
    })
    void shouldReadWhatWasAccepted(String said, int percent) {
        assertThat(SamplePercent.of(said)).isEqualTo(percent);
    }
}
