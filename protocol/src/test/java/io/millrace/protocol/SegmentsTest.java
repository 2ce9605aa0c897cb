package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;

/** The way of JVMs that don't allow Unsafe reads and writes the same as {@link Memory}'s own. */
class SegmentsTest {
    private static final int BYTES = 200;
    private static final int STEPS = 20_000;

    @Test
    void shouldReadAndWriteWhatMemoryDoes() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        try (NativeBytes one = new NativeBytes(new byte[BYTES], 0);
                NativeBytes other = new NativeBytes(new byte[BYTES], 0)) {
            for (int i = 0; i < STEPS; i++) {
                int at = random.nextInt(BYTES - Long.BYTES);
                long value = random.nextLong();
                write(one.address() + at, value, i % 4, true);
                write(other.address() + at, value, i % 4, false);
                assertThat(one.bytes()).as("seed %d", seed).isEqualTo(other.bytes());
                long address = one.address() + random.nextInt(BYTES - Long.BYTES);
                assertThat(Segments.getByte(address)).isEqualTo(Memory.getByte(address));
                assertThat(Segments.getInt(address)).isEqualTo(Memory.getInt(address));
                assertThat(Segments.getLong(address)).isEqualTo(Memory.getLong(address));
            }
        }
    }

    private static void write(long address, long value, int kind, boolean segments) {
        byte[] bytes = {1, (byte) value, (byte) (value >> 8), 4};
        switch (kind) {
            case 0 -> {
                if (segments) {
                    Segments.putByte(address, (byte) value);
                } else {
                    Memory.putByte(address, (byte) value);
                }
            }
            case 1 -> {
                if (segments) {
                    Segments.putInt(address, (int) value);
                } else {
                    Memory.putInt(address, (int) value);
                }
            }
            case 2 -> {
                if (segments) {
                    Segments.putLong(address, value);
                } else {
                    Memory.putLong(address, value);
                }
            }
            default -> {
                if (segments) {
                    Segments.put(address, bytes, 1, 2);
                } else {
                    Memory.put(address, bytes, 1, 2);
                }
            }
        }
    }

    @Test
    void shouldCopyAsMemoryDoes() {
        byte[] content = new byte[BYTES];
        new Random(3).nextBytes(content);
        try (NativeBytes from = new NativeBytes(content, 0);
                NativeBytes to = new NativeBytes(new byte[BYTES], 0)) {
            Segments.copy(from.address(), to.address(), BYTES);
            assertThat(to.bytes()).isEqualTo(content);
            byte[] back = new byte[BYTES];
            Segments.get(from.address() + 7, back, 3, 100);
            byte[] expected = new byte[BYTES];
            Memory.get(from.address() + 7, expected, 3, 100);
            assertThat(back).isEqualTo(expected);
        }
    }
}
