package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Talks WebSocket byte by byte: frames that are sent, and those that must come back. */
final class RawWebSocket implements AutoCloseable {
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final String QUIET = "CONNECT {\"verbose\":false,\"headers\":true}\r\n";

    private static final byte[] MASK = {(byte) 0xa1, 0x02, (byte) 0xc3, 0x54};

    /** One frame that came; its payload's bytes are taken for characters. */
    record Frame(int first, String payload) {}

    private static final String QUESTION = "PING\r\n";
    private static final Frame ASKED = new Frame(FIN | BINARY, QUESTION);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String head;
    private final StringBuilder unread = new StringBuilder();

    /** Whether it is what a test is about that the server asks how this one is. */
    private boolean heedsQuestions;

    /** Opens a WebSocket, with more headers. */
    RawWebSocket(NatsServer server, String... headers) throws IOException {
        this(RawClient.open(port(server)), request("/", headers));
        assertThat(head).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
    }

    /** Opens one on a socket that is connected. */
    static RawWebSocket opened(Socket connected, String... headers) throws IOException {
        RawWebSocket client = new RawWebSocket(connected, request("/", headers));
        assertThat(client.head).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        return client;
    }

    private RawWebSocket(Socket connected, String request) throws IOException {
        socket = connected;
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.ISO_8859_1));
        head = readHead();
    }

    /** Says nothing yet. */
    private RawWebSocket(Socket connected) throws IOException {
        socket = connected;
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        head = "";
    }

    /** Connects, and says nothing. */
    static RawWebSocket silent(NatsServer server) throws IOException {
        return new RawWebSocket(RawClient.open(port(server)));
    }

    /** Asks for anything; {@link #head} is what is answered, {@link #rest} what follows. */
    static RawWebSocket asking(NatsServer server, String request) throws IOException {
        return new RawWebSocket(RawClient.open(port(server)), request);
    }

    /** Asks for a WebSocket on a socket that is connected. */
    static RawWebSocket over(Socket connected) throws IOException {
        return new RawWebSocket(connected, request("/"));
    }

    /** Opens a WebSocket, and is let in. */
    static RawWebSocket connected(NatsServer server, String... headers) throws IOException {
        RawWebSocket client = new RawWebSocket(server, headers);
        assertThat(client.line()).startsWith("INFO {");
        client.send(QUIET);
        client.fence();
        return client;
    }

    static int port(NatsServer server) {
        return URI.create(server.webSocketUrl()).getPort();
    }

    /** What the RFC's example asks for. */
    static String request(String path, String... headers) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + String.join("", headers)
                + "\r\n";
    }

    private String readHead() throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int b = next();
            if (b < 0) {
                return text + "<closed>";
            }
            text.append((char) b);
        }
        return text.toString();
    }

    /** A byte; -1 if the connection is closed, be it by a reset. */
    private int next() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            return -1;
        }
    }

    /** The answer's first lines. */
    String head() {
        return head;
    }

    // --- frames that are sent

    static byte[] frame(int first, byte[] payload) {
        return frame(first, payload, true);
    }

    static byte[] frame(int first, byte[] payload, boolean masked) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int mask = masked ? 0x80 : 0;
        frame.write(first);
        if (payload.length < 126) {
            frame.write(mask | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(mask | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        if (masked) {
            frame.writeBytes(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.write(masked ? payload[i] ^ MASK[i & 3] : payload[i]);
        }
        return frame.toByteArray();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Compresses a message, as one that forgets what it has compressed before. */
    static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(plain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] some = new byte[64 * 1024];
        int length;
        do {
            length = deflater.deflate(some, 0, some.length, Deflater.SYNC_FLUSH);
            out.write(some, 0, length);
        } while (length == some.length);
        deflater.end();
        byte[] all = out.toByteArray();
        return Arrays.copyOf(all, all.length - 4);
    }

    /** Sends a whole message. */
    void send(String text) throws IOException {
        send(FIN | BINARY, text);
    }

    void send(int first, String payload) throws IOException {
        sendRaw(frame(first, bytes(payload)));
    }

    void sendDeflated(String text) throws IOException {
        sendRaw(frame(FIN | RSV1 | BINARY, deflated(bytes(text))));
    }

    void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    // --- frames that come

    /** From here on, questions how this one is aren't passed over any more. */
    void heedQuestions() {
        heedsQuestions = true;
    }

    /**
     * Reads a frame, which the server never masks. It may ask how this one is at any time, 2 s
     * after CONNECT, which depends on the machine's pace: that is passed over.
     */
    Frame frame() throws IOException {
        Frame frame = anyFrame();
        while (!heedsQuestions && frame.equals(ASKED)) {
            frame = anyFrame();
        }
        return frame;
    }

    private Frame anyFrame() throws IOException {
        int first = in.read();
        if (first < 0) {
            throw new IOException("closed");
        }
        int length = in.read();
        if (length == 126) {
            length = in.read() << 8 | in.read();
        } else if (length == 127) {
            long all = 0;
            for (int i = 0; i < 8; i++) {
                all = all << 8 | in.read();
            }
            length = Math.toIntExact(all);
        }
        byte[] payload = in.readNBytes(length);
        assertThat(payload).hasSize(length);
        return new Frame(first, new String(payload, StandardCharsets.ISO_8859_1));
    }

    /** Reads a line out of the messages that come, none of them compressed. */
    String line() throws IOException {
        while (unread.indexOf("\n") < 0) {
            readOn(QUESTION);
        }
        int end = unread.indexOf("\n") + 1;
        String line = unread.substring(0, end);
        unread.delete(0, end);
        return line;
    }

    /** Reads a frame; a question in front is passed over unless it is what is expected. */
    private void readOn(String expected) throws IOException {
        Frame frame = frame();
        assertThat(frame.first()).isEqualTo(FIN | BINARY);
        boolean between = unread.isEmpty();
        unread.append(frame.payload());
        if (between && frame.payload().startsWith(QUESTION) && !expected.startsWith(QUESTION)) {
            unread.delete(0, QUESTION.length());
        }
    }

    void expect(String text) throws IOException {
        while (unread.length() < text.length()) {
            readOn(text);
        }
        assertThat(unread.substring(0, text.length())).isEqualTo(text);
        unread.delete(0, text.length());
    }

    /** Everything sent before has been done, and brought nothing but what was read. */
    void fence() throws IOException {
        send("PING\r\n");
        String line = line();
        while (line.equals("PING\r\n")) {
            send("PONG\r\n");
            line = line();
        }
        assertThat(line).isEqualTo("PONG\r\n");
    }

    /** The last frame, before the connection is closed. */
    void expectClose(int status, String words) throws IOException {
        assertThat(unread).isEmpty();
        String said = new String(new char[] {(char) (status >> 8), (char) (status & 0xff)});
        assertThat(frame()).isEqualTo(new Frame(FIN | CLOSE, said + words));
        expectClosed();
    }

    void expectClosed() throws IOException {
        assertThat(next()).isEqualTo(-1);
    }

    /** All that comes until the connection is closed. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Reads until the connection is closed. */
    void skipRest() throws IOException {
        while (next() >= 0) {
            // on
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
