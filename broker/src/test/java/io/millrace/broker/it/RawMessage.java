package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A message as it came to a client.
 *
 * @param reply empty if it can't be answered
 * @param headers with the line of the version and the empty one; empty if there are none
 */
record RawMessage(String subject, String sid, String reply, String headers, String payload) {
    /** Reads one, behind a PING if the server asks how we are. */
    static RawMessage read(RawClient client) throws IOException {
        String line = client.lineAfterPing();
        boolean hasHeaders = line.startsWith("HMSG ");
        assertThat(hasHeaders || line.startsWith("MSG ")).as(line).isTrue();
        String[] words = line.strip().split(" ");
        int sizes = hasHeaders ? 2 : 1;
        int length = Integer.parseInt(words[words.length - 1]);
        int headers = hasHeaders ? Integer.parseInt(words[words.length - 2]) : 0;
        String text = new String(client.read(length), StandardCharsets.ISO_8859_1);
        client.expect("\r\n");
        return new RawMessage(
                words[1],
                words[2],
                words.length - sizes > 3 ? words[3] : "",
                text.substring(0, headers),
                text.substring(headers));
    }
}
