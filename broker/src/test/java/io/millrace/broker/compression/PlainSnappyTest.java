package io.millrace.broker.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** What is compressed by nothing but arrays comes out again as it was. */
class PlainSnappyTest {
    private static final int ROUNDS = 300;
    private static final int MOST_BYTES = 200_000;

    private final PlainSnappy snappy = new PlainSnappy();

    @Test
    void shouldGiveBackWhatItWasGiven() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        S2Pieces pieces = new S2Pieces();
        for (int i = 0; i < ROUNDS; i++) {
            int length = i < 70 ? i : random.nextInt(i % 10 == 0 ? MOST_BYTES : 2_000);
            byte[] content = new byte[length + S2Pieces.SLACK_BYTES];
            int letters = 1 + random.nextInt(1 + i % 60);
            for (int at = 0; at < length; at++) {
                content[at] = (byte) random.nextInt(letters);
            }
            byte[] block = new byte[snappy.maxBytes(length) + S2Pieces.SLACK_BYTES];
            int bytes = snappy.compress(content, length, block);
            byte[] back = new byte[content.length];
            assertThat(pieces.decompress(block, bytes, back, length)).as("seed %d", seed).isTrue();
            assertThat(Arrays.equals(back, 0, length, content, 0, length))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void shouldMakeWhatRepeatsItselfMuchShorter() {
        byte[] content = "one espresso, ".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        byte[] block = new byte[snappy.maxBytes(content.length)];
        assertThat(snappy.compress(content, content.length, block)).isLessThan(1000);
    }
}
