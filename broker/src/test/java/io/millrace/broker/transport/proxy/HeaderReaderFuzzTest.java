package io.millrace.broker.transport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.nio.charset.StandardCharsets;

/**
 * Whatever comes first is a header, none, or refused; how it is cut makes no difference, and what
 * is the client's is left as it was. {@code JAZZER_FUZZ=1} fuzzes; without the variable the seeds
 * run.
 */
class HeaderReaderFuzzTest {
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldJudgeAnyBytesHoweverTheyAreCut(byte[] input) {
        ReadHeader whole = ReadHeader.of(input, Math.max(1, input.length));
        assertThat(ReadHeader.of(input, 1)).isEqualTo(whole);
        String text = new String(input, StandardCharsets.ISO_8859_1);
        assertThat(text).endsWith(whole.rest());
        if (whole.said().startsWith("ABSENT")) {
            assertThat(whole.rest()).isEqualTo(text);
        }
        if (whole.said().equals("MORE") && text.startsWith("PROXY ")) {
            assertThat(text.length()).isLessThan(107);
        }
    }
}
