package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** Two who talk to each other, each at its own server, and notice when a message is missing. */
final class Pair implements AutoCloseable {
    private final RawClient one;
    private final RawClient other;
    private final RawClient askingOne;
    private final RawClient askingOther;
    private int next;

    /** Connects them, and waits until their servers know what they want. */
    Pair(int onePort, int otherPort) throws IOException {
        one = subscribed(onePort, "to.one");
        other = subscribed(otherPort, "to.other");
        askingOne = RawClient.connected(onePort);
        askingOther = RawClient.connected(otherPort);
        Interest.await(askingOne, "to.other");
        Interest.await(askingOther, "to.one");
        expectProbe(other, "to.other");
        expectProbe(one, "to.one");
    }

    private static RawClient subscribed(int port, String subject) throws IOException {
        RawClient client = RawClient.connected(port);
        client.send("SUB " + subject + " 1\r\n");
        client.fence();
        return client;
    }

    private static void expectProbe(RawClient client, String subject) throws IOException {
        String line = "MSG " + subject + " 1 " + Interest.REPLY + " 0\r\n";
        assertThat(client.lineAfterPing()).isEqualTo(line);
        client.expect("\r\n");
    }

    /** A client at each of the two servers that may ask for interest. */
    List<RawClient> asking() {
        return List.of(askingOne, askingOther);
    }

    /** Its four clients. */
    List<RawClient> all() {
        return List.of(one, other, askingOne, askingOther);
    }

    /** Sends so many messages both ways: all come, in order. */
    void exchange(int count) throws IOException {
        int first = next;
        next += count;
        publish(one, "to.other", first);
        publish(other, "to.one", first);
        expect(other, "to.other", first);
        expect(one, "to.one", first);
    }

    private void publish(RawClient client, String subject, int first) throws IOException {
        StringBuilder messages = new StringBuilder();
        for (int i = first; i < next; i++) {
            messages.append("PUB %s n.%d 0\r\n\r\n".formatted(subject, i));
        }
        client.send(messages.toString());
    }

    private void expect(RawClient client, String subject, int first) throws IOException {
        for (int i = first; i < next; i++) {
            assertThat(client.lineAfterPing()).isEqualTo("MSG %s 1 n.%d 0\r\n", subject, i);
            client.expect("\r\n");
        }
    }

    @Override
    public void close() throws IOException {
        for (RawClient client : all()) {
            client.close();
        }
    }
}
