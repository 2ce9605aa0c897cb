package io.millrace.broker.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;

class CompressionChoiceTest {
    @ParameterizedTest
    @CsvSource({
        "OFF, s2_fast, OFF",
        "NOT_SUPPORTED, s2_fast, NOT_SUPPORTED",
        "S2_FAST, '', NOT_SUPPORTED",
        "S2_FAST, not supported, NOT_SUPPORTED",
        "S2_FAST, off, OFF",
        "ACCEPT, accept, OFF",
        "S2_BEST, accept, S2_BEST",
        "S2_AUTO, accept, S2_AUTO",
        "ACCEPT, s2_better, S2_BETTER",
        "ACCEPT, s2_auto, S2_FAST",
        "ACCEPT, s2_uncompressed, S2_UNCOMPRESSED",
        "S2_FAST, s2_best, S2_FAST",
        "S2_FAST, S2_BEST, S2_FAST",
        "S2_FAST, zstd,",
        "ACCEPT, s2_unknown,"
    })
    void shouldChooseAsTheReference(Mode own, String other, Mode chosen) {
        assertThat(CompressionChoice.of(own, other)).isEqualTo(chosen);
    }

    @ParameterizedTest
    @CsvSource({
        "0, UNCOMPRESSED",
        "10, UNCOMPRESSED",
        "11, FAST",
        "50, FAST",
        "51, BETTER",
        "100, BETTER",
        "101, BEST",
        "5000, BEST"
    })
    void shouldGoByTheRoundTripTime(int ms, S2Level level) {
        CompressionOptions options = CompressionOptions.of(Mode.S2_AUTO);
        long ns = Duration.ofMillis(ms).toNanos();
        assertThat(CompressionChoice.level(Mode.S2_AUTO, options, ns)).isEqualTo(level);
    }

    @Test
    void shouldLeaveOutLevelsWithoutAThreshold() {
        CompressionOptions options =
                new CompressionOptions(
                        Mode.S2_AUTO,
                        List.of(Duration.ZERO, Duration.ofMillis(5), Duration.ofMillis(9)));
        assertThat(CompressionChoice.level(Mode.S2_AUTO, options, 1)).isEqualTo(S2Level.FAST);
        long ns = Duration.ofMillis(10).toNanos();
        assertThat(CompressionChoice.level(Mode.S2_AUTO, options, ns)).isEqualTo(S2Level.BEST);
    }

    @Test
    void shouldUseTheLevelThatWasChosen() {
        CompressionOptions options = CompressionOptions.of(Mode.S2_FAST);
        assertThat(CompressionChoice.level(Mode.S2_FAST, options, 0)).isEqualTo(S2Level.FAST);
        assertThat(CompressionChoice.level(Mode.S2_BEST, options, 0)).isEqualTo(S2Level.BEST);
        assertThat(CompressionChoice.level(Mode.S2_BETTER, options, 0)).isEqualTo(S2Level.BETTER);
        assertThat(CompressionChoice.level(Mode.S2_UNCOMPRESSED, options, 0))
                .isEqualTo(S2Level.UNCOMPRESSED);
    }
}
