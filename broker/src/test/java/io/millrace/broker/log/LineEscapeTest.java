package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;

class LineEscapeTest {
    @Test
    void shouldReturnTheVeryTextWhenThereIsNothingToEscape() {
        String text = "127.0.0.1:4222 - cid:5 - \"grüße\" C:\\nats\t[SUB foo.> 1]";

        assertThat(LineEscape.escape(text)).isSameAs(text);
    }

    @Test
    void shouldEscapeControlsLineSeparatorsAndBidirectionalMarks() {
        assertThat(LineEscape.escape("a\u001b[2Jb\u0000c\u007fd\u0085e\u2028f\u202eg\u2066h"))
                .isEqualTo("a\\u001b[2Jb\\u0000c\\u007fd\\u0085e\\u2028f\\u202eg\\u2066h");
    }

    @Test
    void shouldLeaveNoControlCharacterInAnyText() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            StringBuilder text = new StringBuilder();
            random.ints(20, 0, 0x2100).forEach(c -> text.append((char) c));

            assertThat(LineEscape.escape(text.toString()).chars())
                    .as("seed %d", seed)
                    .noneMatch(c -> Character.isISOControl(c) && c != '\t');
        }
    }
}
