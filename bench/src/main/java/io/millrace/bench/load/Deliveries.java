package io.millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a consumer delivers to a client: each message is looked at, that it is the next one of the
 * consumer, and acknowledged where that is asked for. Acknowledgements leave together, before the
 * client waits. Flow control is answered. One thread uses it.
 *
 * <p>It makes no garbage for messages, since what it takes is missing for the server.
 */
final class Deliveries {
    private static final int OUT_BYTES = 32 * 1024;
    private static final int LINE_BYTES = 4096;
    private static final byte[] PUB = bytes("PUB ");
    private static final byte[] ACK = bytes(" 4\r\n+ACK\r\n");
    private static final byte[] EMPTY = bytes(" 0\r\n\r\n");

    /** In what ends a reply subject: the consumer's sequence, a time, the number pending. */
    private static final int TOKENS_FROM_SEQUENCE = 3;

    private static final int VERSION_LENGTH = "NATS/1.0".length();

    private final LoadClient client;
    private final int size;
    private final boolean acking;
    private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
    private final byte[] line = new byte[LINE_BYTES];
    private final int[] wordAt = new int[8];
    private final byte[] headers = new byte[LINE_BYTES];
    private int words;
    private long messages;

    /**
     * Takes what comes to a client.
     *
     * @param size bytes that each payload must have
     * @param acking whether messages are acknowledged
     */
    Deliveries(LoadClient client, int size, boolean acking) {
        this.client = client;
        this.size = size;
        this.acking = acking;
    }

    /** Number of messages so far. */
    long messages() {
        return messages;
    }

    /** From here on another consumer delivers. */
    void startOver() {
        messages = 0;
    }

    /**
     * Waits for a message.
     *
     * @throws IOException if it isn't the consumer's next, or the server says something else
     */
    void take() throws IOException {
        while (!takeLine()) {
            // What came was no message.
        }
        messages++;
    }

    /** Sends what is left to be sent. */
    void flush() throws IOException {
        client.send(out.flip());
        out.clear();
    }

    private boolean takeLine() throws IOException {
        if (!client.hasMore() && out.position() > 0) {
            flush();
        }
        readLine();
        switch (line[0]) {
            case 'M' -> {
                if (words != 4 && words != 5) {
                    throw unexpected();
                }
                int length = number(words - 1);
                takeMessage(words == 5, length);
                return true;
            }
            case 'H' -> {
                return takeWithHeaders();
            }
            case 'P' -> {
                client.send("PONG\r\n");
                return false;
            }
            default -> throw unexpected();
        }
    }

    private boolean takeWithHeaders() throws IOException {
        if (words != 5 && words != 6) {
            throw unexpected();
        }
        int headerBytes = number(words - 2);
        int all = number(words - 1);
        if (headerBytes > headers.length || headerBytes <= VERSION_LENGTH) {
            throw unexpected();
        }
        client.read(headers, headerBytes);
        if (headers[VERSION_LENGTH] != ' ') {
            takeMessage(words == 6, all - headerBytes);
            return true;
        }
        client.skip(all - headerBytes + 2);
        if (headers[VERSION_LENGTH + 1] != '1') {
            String text = new String(headers, 0, headerBytes, StandardCharsets.ISO_8859_1);
            throw new IOException("no message but " + text.strip());
        }
        if (words == 6) {
            answer(EMPTY);
        }
        return false;
    }

    private void takeMessage(boolean replied, int length) throws IOException {
        long sequence = replied ? sequence() : -1;
        if (sequence != messages + 1 || length != size) {
            throw new IOException(
                    "number %d with %d bytes is to come, but %s"
                            .formatted(messages + 1, size, text()));
        }
        client.skip(length + 2);
        if (acking) {
            answer(ACK);
        }
    }

    /** The consumer's sequence, from the reply subject. */
    private long sequence() {
        int at = wordAt[4] - 1;
        for (int tokens = 1; tokens < TOKENS_FROM_SEQUENCE && at > wordAt[3]; at--) {
            if (line[at - 1] == '.') {
                tokens++;
            }
        }
        long sequence = 0;
        long power = 1;
        for (at--; at > wordAt[3] && line[at] != '.'; at--) {
            sequence += power * (line[at] - '0');
            power *= 10;
        }
        return sequence;
    }

    private void answer(byte[] what) throws IOException {
        int length = wordAt[4] - 1 - wordAt[3];
        if (out.remaining() < PUB.length + length + what.length) {
            flush();
        }
        out.put(PUB).put(line, wordAt[3], length).put(what);
    }

    private void readLine() throws IOException {
        int length = 0;
        words = 1;
        wordAt[0] = 0;
        for (byte next = client.next(); next != '\n'; next = client.next()) {
            if (length == line.length) {
                throw new IOException("a line without an end");
            }
            line[length++] = next;
            if (next == ' ' && words < wordAt.length - 1) {
                wordAt[words++] = length;
            }
        }
        // As if the line's end were a blank.
        wordAt[words] = length;
    }

    private int number(int word) {
        int number = 0;
        for (int i = wordAt[word]; line[i] >= '0' && line[i] <= '9'; i++) {
            number = number * 10 + line[i] - '0';
        }
        return number;
    }

    private IOException unexpected() {
        return new IOException("no message but " + text());
    }

    private String text() {
        return new String(line, 0, wordAt[words], StandardCharsets.ISO_8859_1).strip();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
