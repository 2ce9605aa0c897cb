package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.protocol.LinkInfo.MalformedInfoException;

import java.util.Arrays;

/**
 * An INFO is read or refused, whatever it says; what was read can be passed on as one line, and
 * says the same.
 *
 * <p>{@code JAZZER_FUZZ=1 mvn verify -pl protocol -Dtest=LinkInfoFuzzTest} fuzzes; without the
 * variable the seeds run.
 */
class LinkInfoFuzzTest {
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldReadAndPassOnOrRefuseAnything(byte[] json) {
        LinkInfo info;
        try {
            info = LinkInfo.parse(json);
        } catch (MalformedInfoException e) {
            assertThat(e).hasMessage("malformed INFO").hasNoCause();
            return;
        }
        byte[] line = info.line();
        for (int i = 0; i < line.length - 1; i++) {
            assertThat(line[i]).isNotEqualTo((byte) '\n');
        }
        assertThat(passedOn(line)).isEqualTo(info);
    }

    private static LinkInfo passedOn(byte[] line) {
        try {
            return LinkInfo.parse(Arrays.copyOfRange(line, "INFO ".length(), line.length - 2));
        } catch (MalformedInfoException e) {
            throw new AssertionError("refused what was passed on", e);
        }
    }
}
