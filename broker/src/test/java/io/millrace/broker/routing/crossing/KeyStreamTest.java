package io.millrace.broker.routing.crossing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;

class KeyStreamTest {
    /** RFC 8439, section 2.3.2. */
    @Test
    void shouldBeThatOfTheStandard() {
        int[] key = numbers("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        int[] counter = numbers("01000000000000090000004a00000000");
        assertThat(new KeyStream(key, counter).next())
                .isEqualTo(
                        numbers(
                                "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
                                        + "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8"
                                        + "a2503c4e"));
    }

    private static int[] numbers(String hex) {
        ByteBuffer bytes =
                ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.range(0, bytes.capacity() / Integer.BYTES)
                .map(i -> bytes.getInt(Integer.BYTES * i))
                .toArray();
    }

    @Test
    void shouldNotComeRoundWhenTheCounterDoes() {
        KeyStream stream = new KeyStream(new int[8], new int[] {-1, 0, 0, 0});
        int[] last = stream.next().clone();
        int[] next = stream.next().clone();
        assertThat(next)
                .isNotEqualTo(last)
                .isNotEqualTo(new KeyStream(new int[8], new int[4]).next());
    }

    @Test
    void shouldNeverGiveASecretTwice() {
        Secrets secrets = new Secrets();
        Secrets others = new Secrets();
        Set<Long> given = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(given.add(secrets.next())).isTrue();
            assertThat(given.add(others.next())).isTrue();
        }
    }
}
