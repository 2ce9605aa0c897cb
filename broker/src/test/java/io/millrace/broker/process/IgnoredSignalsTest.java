package io.millrace.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class IgnoredSignalsTest {
    @Test
    void shouldReadTheMaskThatLinuxTells(@TempDir Path folder) throws IOException {
        Path status = folder.resolve("status");
        Files.writeString(
                status,
                "Name:\tjava\nSigBlk:\t0000000000000004\nSigIgn:\t8000000000000003\nSigCgt:\t01\n");

        assertThat(IgnoredSignals.ignored(status)).isEqualTo(0x8000000000000003L);
    }

    @Test
    void shouldTakeNoneForIgnoredWhereNobodyTells(@TempDir Path folder) throws IOException {
        Path status = Files.writeString(folder.resolve("status"), "Name:\tjava\n");

        assertThat(IgnoredSignals.ignored(status)).isZero();
        assertThat(IgnoredSignals.ignored(folder.resolve("none"))).isZero();
    }
}
