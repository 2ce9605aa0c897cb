package io.millrace.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    private static final int DIGITS = 6;
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String INBOX = "_INBOX.api";
    private static final String LIMITS =
            "\"retention\":\"limits\",\"max_consumers\":-1,\"max_msgs\":-1,\"max_bytes\":-1,"
                    + "\"max_age\":0,\"max_msg_size\":-1,\"num_replicas\":1,\"allow_direct\":true";

    private final LoadClient client;
    private final String name;
    private final String prefix;

    private Stream(LoadClient client, String name, String prefix) {
        this.client = client;
        this.name = name;
        this.prefix = prefix;
    }

    /**
     * Makes one.
     *
     * @param client asks for it, and in the end for its deletion; it must do nothing else
     */
    static Stream create(LoadClient client, Storage storage) throws IOException {
        String digits = digits();
        Stream stream = new Stream(client, "B" + digits, "b" + digits + '.');
        return stream.created(
                "\"subjects\":[\"%s*\"],\"storage\":\"%s\",\"discard\":\"old\",\"max_msgs_per_subject\":-1"
                        .formatted(stream.prefix, storage.text()));
    }

    /** Makes one in a file that is a key-value bucket; its keys are what follows the prefix. */
    static Stream bucket(LoadClient client) throws IOException {
        String digits = digits();
        Stream stream = new Stream(client, "KV_B" + digits, "$KV.B" + digits + '.');
        return stream.created(
                "\"subjects\":[\"%s>\"],\"storage\":\"file\",\"discard\":\"new\",\"max_msgs_per_subject\":1,\"allow_rollup_hdrs\":true,\"deny_delete\":true"
                        .formatted(stream.prefix));
    }

    /** Makes one in a file that is an object bucket; its prefix is that of chunks. */
    static Stream objects(LoadClient client) throws IOException {
        String digits = digits();
        String bucket = "$O.B" + digits;
        Stream stream = new Stream(client, "OBJ_B" + digits, bucket + ".C.");
        return stream.created(
                "\"subjects\":[\"%s.C.>\",\"%s.M.>\"],\"storage\":\"file\",\"discard\":\"new\",\"max_msgs_per_subject\":-1,\"allow_rollup_hdrs\":true"
                        .formatted(bucket, bucket));
    }

    private Stream created(String settings) throws IOException {
        client.send("SUB " + INBOX + " 9\r\n");
        ask("STREAM.CREATE." + name, "{\"name\":\"%s\",%s,%s}".formatted(name, settings, LIMITS));
        return this;
    }

    /**
     * Makes a consumer, which goes with the stream at the latest.
     *
     * @param consumer its name
     * @param settings fields of its configuration
     */
    void consume(String consumer, String settings) throws IOException {
        ask(
                "CONSUMER.CREATE." + name + '.' + consumer,
                "{\"stream_name\":\"%s\",\"config\":{\"name\":\"%s\",%s}}"
                        .formatted(name, consumer, settings));
    }

    /** Deletes a consumer. */
    void end(String consumer) throws IOException {
        ask("CONSUMER.DELETE." + name + '.' + consumer, "");
    }

    /**
     * Fills it, and waits until all of it is acknowledged.
     *
     * @param messages as many
     * @param size bytes of each payload
     * @param window of these that may be published at once
     * @param subjects of these, in turn
     * @return messages that it has now
     */
    long fill(Placement at, int messages, int size, int window, int subjects) throws IOException {
        try (AckedPublisher publisher =
                new AckedPublisher(at.publisher(0), 0, List.of(this), size, window, subjects)) {
            return publisher.publish(messages);
        }
    }

    /** Its name. */
    String name() {
        return name;
    }

    /** What its subjects begin with, up to and including a dot. */
    String prefix() {
        return prefix;
    }

    private static String digits() {
        return ("%0" + DIGITS + "d").formatted(NUMBERS.incrementAndGet());
    }

    private void ask(String verb, String request) throws IOException {
        String subject = "$JS.API." + verb;
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
        ask("STREAM.DELETE." + name, "");
    }
}
