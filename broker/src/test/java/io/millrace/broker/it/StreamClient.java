package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A client that asks JetStream one thing after the other, in its own words. */
final class StreamClient implements AutoCloseable {
    private final RawClient client;

    private StreamClient(RawClient client) throws IOException {
        this.client = client;
        client.send("SUB answer 1\r\n");
        client.fence();
    }

    static StreamClient connect(int port) throws IOException {
        RawClient client = new RawClient(port);
        client.send("CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n");
        client.fence();
        return new StreamClient(client);
    }

    static StreamClient login(int port, String user) throws IOException {
        return new StreamClient(RawClient.login(port, user));
    }

    RawClient raw() {
        return client;
    }

    /** Asks something; what the answer says, its header included. */
    String request(String subject, String payload) {
        try {
            return answer(
                    "PUB %s answer %d\r\n%s\r\n".formatted(subject, payload.length(), payload));
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
                    "HPUB %s answer %d %d\r\n%s%s\r\n"
                            .formatted(subject, headers.length(), length, headers, payload));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        assertThat(line).matches("H?MSG answer 1 .*\r\n");
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
