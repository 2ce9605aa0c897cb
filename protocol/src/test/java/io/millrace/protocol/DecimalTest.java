package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

class DecimalTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "007, 7",
        "42, 42",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, -1",
        "99999999999999999999999, -1",
        "'', -1",
        "+1, -1",
        "-1, -1",
        "'1 ', -1",
        "1:, -1",
        "1/, -1",
    })
    void shouldReadDigitsAndNothingElse(String text, long number) {
        byte[] bytes = ("9" + text + "9").getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock block = NativeBlock.allocate(bytes.length)) {
            block.region().put(0, bytes);

            assertThat(Decimal.parse(block.region(), 1, text.length())).isEqualTo(number);
        }
    }
}
