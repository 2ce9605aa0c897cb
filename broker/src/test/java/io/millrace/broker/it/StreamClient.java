package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A client that asks JetStream one thing after the other, in its own words. */
final class StreamClient implements AutoCloseable {
    private final RawClient client;

    /** Where it hears answers. */
    private final String inbox;

    private StreamClient(RawClient client, String inbox) throws IOException {
        this.client = client;
        this.inbox = inbox;
        client.send("SUB " + inbox + " 1\r\n");
        client.fence();
    }

    static StreamClient connect(int port) throws IOException {
        return connect(port, "answer");
    }

    /** One that shares no inbox with those of servers that are connected. */
    static StreamClient connect(int port, String inbox) throws IOException {
        RawClient client = new RawClient(port);
        client.send("CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n");
        client.fence();
        return new StreamClient(client, inbox);
    }

    static StreamClient login(int port, String user) throws IOException {
        return new StreamClient(RawClient.login(port, user), "answer");
    }

    RawClient raw() {
        return client;
    }

    /** Asks something; what the answer says, its header included. */
    String request(String subject, String payload) {
        try {
            return answer(
                    "PUB %s %s %d\r\n%s\r\n".formatted(subject, inbox, payload.length(), payload));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Publishes with headers; what the answer says.
     *
     * @param lines each with its end
     */
    String publish(String subject, String lines, String payload) {
        String headers = "NATS/1.0\r\n" + lines + "\r\n";
        int length = headers.length() + payload.length();
        try {
            return answer(
                    "HPUB %s %s %d %d\r\n%s%s\r\n"
                            .formatted(subject, inbox, headers.length(), length, headers, payload));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Asks a consumer for messages.
     *
     * @return on which subjects they come
     */
    List<String> fetch(String stream, String consumer, int messages) throws IOException {
        String asked = "{\"batch\":" + messages + '}';
        client.send(
                "PUB $JS.API.CONSUMER.MSG.NEXT.%s.%s answer %d\r\n%s\r\n"
                        .formatted(stream, consumer, asked.length(), asked));
        List<String> subjects = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            String line = client.lineAfterPing();
            assertThat(line).contains(" 1 $JS.ACK." + stream + '.' + consumer + '.');
            String[] words = line.strip().split(" ");
            subjects.add(words[1]);
            client.skip(Integer.parseInt(words[words.length - 1]) + 2);
        }
        return subjects;
    }

    private String answer(String sent) throws IOException {
        client.send(sent);
        return answer();
    }

    /** What the next answer says. */
    String answer() throws IOException {
        String line = client.lineAfterPing();
        while (line.startsWith("INFO ")) {
            line = client.lineAfterPing();
        }
        assertThat(line).matches("H?MSG " + inbox + " 1 .*\r\n");
        String[] words = line.strip().split(" ");
        String text = new String(client.read(Integer.parseInt(words[words.length - 1])));
        client.skip(2);
        return text;
    }

    String publish(String subject, String payload) {
        return request(subject, payload);
    }

    /** Makes a stream, which must do. */
    void create(String name, String fields) {
        String answer =
                request(
                        "$JS.API.STREAM.CREATE." + name,
                        "{\"name\":\"" + name + "\"," + fields + '}');
        assertThat(answer).doesNotContain("\"error\"");
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
