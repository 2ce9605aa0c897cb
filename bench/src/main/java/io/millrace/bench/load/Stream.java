package io.millrace.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stream of its own for a load, made and deleted through the JetStream API. Its subjects have two
 * tokens, the first of which is the stream's alone. All names are of the same length.
 */
final class Stream implements AutoCloseable {
    /** Where what it is given is kept. */
    enum Storage {
        FILE,
        MEMORY;

        String text() {
            return this == FILE ? "file" : "memory";
        }
    }

    static final int DIGITS = 6;
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String INBOX = "_INBOX.api";

    private final LoadClient client;
    private final int number;

    private Stream(LoadClient client, int number) {
        this.client = client;
        this.number = number;
    }

    /**
     * Makes one.
     *
     * @param client asks for it, and in the end for its deletion; it must do nothing else
     */
    static Stream create(LoadClient client, Storage storage) throws IOException {
        Stream stream = new Stream(client, NUMBERS.incrementAndGet());
        client.send("SUB " + INBOX + " 9\r\n");
        stream.ask(
                "CREATE",
                "{\"name\":\"%s\",\"subjects\":[\"%s*\"],\"storage\":\"%s\",\"retention\":\"limits\",\"discard\":\"old\",\"max_consumers\":-1,\"max_msgs\":-1,\"max_bytes\":-1,\"max_age\":0,\"max_msg_size\":-1,\"max_msgs_per_subject\":-1,\"num_replicas\":1,\"allow_direct\":true}"
                        .formatted(stream.name(), stream.prefix(), storage.text()));
        return stream;
    }

    /** Its name. */
    String name() {
        return "B" + digits();
    }

    /** What its subjects begin with, up to and including the dot. */
    String prefix() {
        return "b" + digits() + '.';
    }

    private String digits() {
        return ("%0" + DIGITS + "d").formatted(number);
    }

    private void ask(String verb, String request) throws IOException {
        String subject = "$JS.API.STREAM." + verb + '.' + name();
        client.send("PUB %s %s %d\r\n%s\r\n".formatted(subject, INBOX, request.length(), request));
        String line = client.line();
        while (line.equals("PING")) {
            client.send("PONG\r\n");
            line = client.line();
        }
        if (!line.startsWith("MSG ")) {
            throw new IOException("no answer to " + subject + " but " + line);
        }
        byte[] answer = new byte[Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1))];
        client.read(answer, answer.length);
        client.skip(2);
        String text = new String(answer, StandardCharsets.UTF_8);
        if (text.contains("\"error\"")) {
            throw new IOException(subject + " is answered " + text);
        }
    }

    /** Deletes it. */
    @Override
    public void close() throws IOException {
        ask("DELETE", "");
    }
}
