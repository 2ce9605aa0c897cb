package io.millrace.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/** Too low a limit of open files is told before anything is measured. */
class OpenFilesTest {
    private static final String LIMITS =
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             unlimited            unlimited            processes
            Max open files            %s                 20000                files
            Max locked memory         8388608              8388608              bytes
            """;

    @Test
    void shouldFindTheLimitThatApplies() {
        assertThat(OpenFiles.limit(LIMITS.formatted("1024"))).isEqualTo(1024);
        assertThat(OpenFiles.limit(LIMITS.formatted("unlimited"))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldSayWhatToDoWhenItIsTooLow() {
        assertThatThrownBy(() -> OpenFiles.require(10_000, 1_024))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("10,000 connections")
                .hasMessageContaining("1,024 are allowed")
                .hasMessageContaining("ulimit -n 10200");
    }

    @Test
    void shouldSayNothingWhenThereIsRoom() {
        assertThatCode(() -> OpenFiles.require(10_000, 10_200)).doesNotThrowAnyException();
    }
}
