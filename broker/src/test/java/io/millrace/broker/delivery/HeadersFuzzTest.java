package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Headers are the clients' own: whatever bytes they are, those who understand headers get them as
 * they were sent, and the others get the payload alone.
 *
 * <p>The first byte of an input parts the rest into headers and payload. {@code JAZZER_FUZZ=1 mvn
 * verify -pl protocol,broker -Dtest=HeadersFuzzTest} fuzzes; without the variable the seeds run.
 */
class HeadersFuzzTest {
    private static final byte[] SID = {'9'};

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldPassHeadersAsTheyAreOrNotAtAll(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int size = input.length - 1;
        int headers = 1 + (input[0] & 0xFF) % size;
        byte[] content = Arrays.copyOfRange(input, 1, input.length);
        byte[] payload = Arrays.copyOfRange(content, headers, size);
        byte[] command = join("HPUB a r " + headers + " " + size + "\r\n", content);
        try (Delivery delivery = new Delivery()) {
            assertThat(delivery.of(command, SID, true))
                    .isEqualTo(join("HMSG a 9 r " + headers + " " + size + "\r\n", content));
            assertThat(delivery.of(command, SID, false))
                    .isEqualTo(join("MSG a 9 r " + payload.length + "\r\n", payload));
        }
    }

    private static byte[] join(String line, byte[] content) {
        byte[] start = line.getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(start, start.length + content.length + 2);
        System.arraycopy(content, 0, all, start.length, content.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        return all;
    }
}
