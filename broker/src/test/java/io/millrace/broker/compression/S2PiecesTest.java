package io.millrace.broker.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

class S2PiecesTest {
    private final S2Pieces pieces = new S2Pieces();

    @Test
    void shouldGiveBackPiecesOfAnySize() {
        Random random = new Random(1);
        for (int size : new int[] {0, 1, 15, 127, 128, 1000, 65_535, 65_536, 65_537, 300_000}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            for (int i = size / 3; i < size; i++) {
                content[i] = content[i / 2];
            }
            byte[] compressed = new byte[pieces.maxCompressedBytes(size) + S2Pieces.SLACK_BYTES];
            int bytes = pieces.compress(content, size, compressed);
            byte[] back = new byte[size + S2Pieces.SLACK_BYTES];
            assertThat(pieces.decompress(compressed, bytes, back, size)).isTrue();
            assertThat(Arrays.copyOf(back, size)).isEqualTo(content);
            assertThat(pieces.decompress(compressed, bytes, back, size + 1)).isFalse();
        }
    }

    @Test
    void shouldRefuseWhatIsCutOff() {
        byte[] content = new byte[1000];
        byte[] compressed = new byte[pieces.maxCompressedBytes(1000) + S2Pieces.SLACK_BYTES];
        int bytes = pieces.compress(content, 1000, compressed);
        byte[] back = new byte[1000 + S2Pieces.SLACK_BYTES];
        for (int length = 0; length < bytes; length++) {
            assertThat(pieces.decompress(compressed, length, back, 1000)).isFalse();
        }
        Arrays.fill(compressed, (byte) -1);
        assertThat(pieces.decompress(compressed, 100, back, 1000)).isFalse();
    }
}
