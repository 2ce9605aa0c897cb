package io.millrace.broker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client's socket, for tests that look at what comes and at what doesn't. */
final class TestSocket implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;
    private static final int NOTHING_MS = 200;
    private static final String CLOSED = "<closed>";

    private final Socket socket;
    private final InputStream in;

    /** Connects, and reads nothing. */
    TestSocket(String url) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), portOf(url));
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static int portOf(String url) {
        return URI.create(url).getPort();
    }

    /** Connects, and gets through the introductions. */
    static TestSocket client(String url) throws IOException {
        TestSocket client = new TestSocket(url);
        assertThat(client.line()).startsWith("INFO {");
        client.send("CONNECT {\"verbose\":false}\r\n");
        client.fence();
        return client;
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a line; if the server asks how we are, it is told, and the next line is read. */
    String line() throws IOException {
        String line = anyLine();
        while (line.equals("PING\r\n")) {
            send("PONG\r\n");
            line = anyLine();
        }
        return line;
    }

    private String anyLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int b = in.read();
        while (b >= 0) {
            line.append((char) b);
            if (b == '\n') {
                return line.toString();
            }
            b = in.read();
        }
        return line + CLOSED;
    }

    /** Reads exactly these lines. */
    void expect(String... lines) throws IOException {
        for (String line : lines) {
            assertThat(line()).isEqualTo(line);
        }
    }

    /** All that was sent has been dealt with, and brought nothing but what was read. */
    void fence() throws IOException {
        send("PING\r\n");
        expect("PONG\r\n");
    }

    /** Nothing comes for a while, and the connection stays. */
    void expectNothing() throws IOException {
        socket.setSoTimeout(NOTHING_MS);
        try {
            throw new AssertionError("read " + line());
        } catch (SocketTimeoutException e) {
            socket.setSoTimeout(TIMEOUT_MS);
        }
    }

    /** The connection is reset, and not a word has come before that. */
    void expectReset() throws IOException {
        try {
            throw new AssertionError("read " + line());
        } catch (SocketException e) {
            assertThat(e).hasMessage("Connection reset");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
