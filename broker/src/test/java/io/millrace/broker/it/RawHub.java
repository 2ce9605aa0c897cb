package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/** Is dialed by a server that wants to be its leaf node by WebSocket; byte by byte. */
final class RawHub implements AutoCloseable {

    /** One frame that came, unmasked; its payload's bytes are taken for characters. */
    record Frame(int first, boolean masked, String payload) {}

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final StringBuilder unread = new StringBuilder();
    private final String head;

    /** Waits until it is dialed, and reads what is asked for. */
    RawHub(ServerSocket listening) throws IOException {
        listening.setSoTimeout(RawClient.TIMEOUT_MS);
        socket = listening.accept();
        socket.setSoTimeout(RawClient.TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        head = readHead();
    }

    private RawHub(RawHub proxy) throws IOException {
        socket = proxy.socket;
        in = proxy.in;
        out = proxy.out;
        head = readHead();
    }

    /** The same, behind the proxy that this one was until now. */
    RawHub next() throws IOException {
        return new RawHub(this);
    }

    private String readHead() throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertThat(b).as("behind: %s", text).isNotNegative();
            text.append((char) b);
        }
        return text.toString();
    }

    /** The request. */
    String head() {
        return head;
    }

    /** What the request names to be answered to. */
    String key() {
        String name = "Sec-WebSocket-Key: ";
        int from = head.indexOf(name) + name.length();
        return head.substring(from, head.indexOf("\r\n", from));
    }

    /** The answer that opens the WebSocket, with more headers. */
    String answer(String... headers) throws Exception {
        String text = key() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        byte[] digest =
                MessageDigest.getInstance("SHA-1")
                        .digest(text.getBytes(StandardCharsets.ISO_8859_1));
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(digest)
                + "\r\n"
                + String.join("", headers)
                + "\r\n";
    }

    void sendRaw(String text) throws IOException {
        out.write(RawWebSocket.bytes(text));
    }

    /** A whole message in a frame, as servers send them. */
    static String framed(String text) {
        byte[] frame =
                RawWebSocket.frame(
                        RawWebSocket.FIN | RawWebSocket.BINARY, RawWebSocket.bytes(text), false);
        return new String(frame, StandardCharsets.ISO_8859_1);
    }

    void send(String text) throws IOException {
        sendRaw(framed(text));
    }

    Frame frame() throws IOException {
        int first = in.read();
        int second = in.read();
        assertThat(second).as("the connection is open").isNotNegative();
        int length = second & 0x7f;
        if (length == 126) {
            length = in.read() << 8 | in.read();
        }
        boolean masked = (second & 0x80) != 0;
        byte[] mask = in.readNBytes(masked ? 4 : 0);
        byte[] payload = in.readNBytes(length);
        assertThat(payload).hasSize(length);
        for (int i = 0; masked && i < length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return new Frame(first, masked, new String(payload, StandardCharsets.ISO_8859_1));
    }

    /** Reads a line out of the messages that come, none of them compressed. */
    String line(boolean masked) throws IOException {
        while (unread.indexOf("\n") < 0) {
            Frame frame = frame();
            assertThat(frame.first()).isEqualTo(RawWebSocket.FIN | RawWebSocket.BINARY);
            assertThat(frame.masked()).isEqualTo(masked);
            unread.append(frame.payload());
        }
        int end = unread.indexOf("\n") + 1;
        String line = unread.substring(0, end);
        unread.delete(0, end);
        return line;
    }

    /** All that comes until the connection is closed, be it by a reset; a character for a byte. */
    String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                rest.append((char) b);
            }
        } catch (SocketException e) {
            // reset: closed, too
        }
        return rest.toString();
    }

    /** Nothing comes any more. */
    void expectClosed() throws IOException {
        try {
            assertThat(in.read()).isEqualTo(-1);
        } catch (SocketException e) {
            // reset: closed, too
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
