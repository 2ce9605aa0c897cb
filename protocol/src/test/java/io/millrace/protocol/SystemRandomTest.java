package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

class SystemRandomTest {
    @TempDir private Path folder;

    private static void assertVaried(RandomGenerator random) {
        Set<Long> seen = new HashSet<>();
        long ones = 0;
        for (int i = 0; i < 1000; i++) {
            long next = random.nextLong();
            seen.add(next);
            ones += Long.bitCount(next);
        }
        assertThat(seen).hasSize(1000);
        assertThat(ones).isBetween(31_000L, 33_000L);
    }

    @Test
    void shouldNeverRepeatItself() {
        assertVaried(new SystemRandom());
    }

    @Test
    void shouldTakeWhatTheDeviceTells() throws Exception {
        ByteBuffer told = ByteBuffer.allocate(64);
        for (long i = 1; i <= 8; i++) {
            told.putLong(i);
        }
        Path device = Files.write(folder.resolve("device"), told.array());
        SystemRandom random = new SystemRandom(device);
        for (long i = 1; i <= 8; i++) {
            assertThat(random.nextLong()).isEqualTo(i);
        }
    }

    @Test
    void shouldDoWithoutADevice() throws Exception {
        assertVaried(new SystemRandom(folder.resolve("none")));
        assertVaried(new SystemRandom(Files.write(folder.resolve("short"), new byte[63])));
    }
}
