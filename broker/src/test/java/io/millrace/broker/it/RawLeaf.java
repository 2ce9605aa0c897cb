package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;

import java.io.IOException;

/** A leaf node that speaks byte by byte; what it isn't asked for is passed over. */
final class RawLeaf implements AutoCloseable {
    private final RawClient wire;

    private RawLeaf(RawClient wire) {
        this.wire = wire;
    }

    /**
     * Connects to a hub that doesn't compress, and is let in.
     *
     * @param name its own, which is its cluster's, too
     * @param more what CONNECT says beside, from a comma on
     */
    static RawLeaf joined(NatsServer hub, String name, String more) throws IOException {
        return joined(hub, name, name, more);
    }

    /** The same with a cluster of another name. */
    static RawLeaf joined(NatsServer hub, String name, String cluster, String more)
            throws IOException {
        RawLeaf leaf = new RawLeaf(new RawClient(hub.leafPort()));
        leaf.send(
                "CONNECT {\"name\":\"%1$s\",\"server_id\":\"N%1$s\",\"cluster\":\"%2$s\","
                                .formatted(name, cluster)
                        + "\"headers\":true,"
                        + "\"version\":\"2.15.0\",\"protocol\":3,\"remote_account\":\"$G\""
                        + more
                        + "}\r\n");
        assertThat(leaf.wire.line()).contains("\"connect_info\":true");
        return leaf;
    }

    void send(String text) throws IOException {
        wire.send(text);
    }

    /** The next line but for PING, PONG and marks of loops. */
    String line() throws IOException {
        String line = wire.lineAfterPing();
        while (line.equals("PONG\r\n") || line.contains(" $LDS.")) {
            line = wire.lineAfterPing();
        }
        return line;
    }

    /** Reads lines until one comes. */
    void skipTo(String expected) throws IOException {
        Leafs.skipTo(wire, expected);
    }

    /** The mark by which the hub finds loops. */
    String mark() throws IOException {
        String line = wire.lineAfterPing();
        while (!line.startsWith("LS+ $LDS.")) {
            assertThat(line).doesNotContain("<closed>");
            line = wire.lineAfterPing();
        }
        return line;
    }

    void expect(String line) throws IOException {
        assertThat(line()).isEqualTo(line);
    }

    /** Reads a message. */
    void expect(String line, String payload) throws IOException {
        expect(line);
        assertThat(wire.line()).isEqualTo(payload);
    }

    /** All said before has been heard, and brought nothing but interest. */
    void fence() throws IOException {
        send("PING\r\n");
        String line = wire.lineAfterPing();
        while (!line.equals("PONG\r\n")) {
            assertThat(line).as("told meanwhile").matches("LS[+-] .*\\r\\n");
            line = wire.lineAfterPing();
        }
    }

    /** Reads whatever comes until the hub closes it. */
    void skipToEnd() throws IOException {
        wire.readToEnd();
    }

    /** Ends it without ceremony. */
    void reset() throws IOException {
        wire.reset();
    }

    void expectClosed() throws IOException {
        wire.expectClosed();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
