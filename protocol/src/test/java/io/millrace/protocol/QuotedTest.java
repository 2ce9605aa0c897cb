package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;

/** Expected texts are what Go's {@code %q} prints. */
class QuotedTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "68656c6c6f, hello",
                "610d0a62, a\\r\\nb",
                "2207080c0b095c, \\\"\\a\\b\\f\\v\\t\\\\",
                "00011f7f, \\x00\\x01\\x1f\\x7f",
                "c3bc, ü",
                "ff61c3, \\xffa\\xc3",
                "e282, \\xe2\\x82",
                "c280, \\u0080",
                "e280a8, \\u2028",
                "c2a0, \\u00a0",
                "f09f9880, 😀",
                "f3a08081, \\U000e0001"
            })
    void shouldShowEveryByte(String hex, String shown) {
        assertThat(Quoted.text(HexFormat.of().parseHex(hex))).isEqualTo(shown);
    }

    @org.junit.jupiter.api.Test
    void shouldShowNothingForNothing() {
        assertThat(Quoted.text(new byte[0])).isEmpty();
    }
}
