package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Talks the protocol byte by byte: what is sent and what must come back is spelled out. */
final class RawClient implements AutoCloseable {
    /** A machine that stalls may take long to say anything; nothing is concluded from silence. */
    static final int TIMEOUT_MS = 60_000;

    /** How long a server is to wait for what a test does at once, however the machine stalls. */
    static final Duration PATIENCE = Duration.ofMillis(TIMEOUT_MS);

    private static final int ATTEMPTS = 50;
    private static final String QUIET =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
                    + "\"no_responders\":true}\r\n";

    private static final String QUESTION = "PING\r\n";
    private static final String TOO_LATE = "-ERR 'Authentication Timeout'\r\n";

    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private final String info;

    /** Whether it has said CONNECT. */
    private boolean introduced;

    /** Connects and reads INFO. */
    RawClient(NatsServer server) throws IOException {
        this(server.port());
    }

    /** Connects to a port of the loopback interface and reads INFO. */
    RawClient(int port) throws IOException {
        this(open(port));
    }

    /** Reads INFO on a socket that is connected. */
    RawClient(Socket connected) throws IOException {
        this(connected, "");
        assertThat(info).startsWith("INFO {").endsWith("} \r\n");
    }

    private RawClient(Socket connected, String greeting) throws IOException {
        socket = connected;
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        out = socket.getOutputStream();
        send(greeting);
        info = line();
    }

    /** Any free port of the loopback interface, for a server to connect to. */
    static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    /** Is connected to by a server, greets it, and reads its first line, which {@link #info} is. */
    static RawClient dialed(ServerSocket listening, String greeting) throws IOException {
        listening.setSoTimeout(TIMEOUT_MS);
        Socket accepted = listening.accept();
        accepted.setSoTimeout(TIMEOUT_MS);
        accepted.setTcpNoDelay(true);
        return new RawClient(accepted, greeting);
    }

    /** Connects, as clients do that want neither +OK nor checks. */
    static RawClient connected(NatsServer server) throws IOException {
        return connected(server.port());
    }

    static RawClient connected(int port) throws IOException {
        return inTime(port, QUIET);
    }

    /**
     * Connects and says something, which must do, in the time that the server gives everybody to
     * speak: where that is short and the machine stalls, it takes several attempts.
     */
    static RawClient inTime(int port, String said) throws IOException {
        String answer = TOO_LATE;
        for (int i = 0; i < ATTEMPTS && answer.equals(TOO_LATE); i++) {
            RawClient client = new RawClient(port);
            client.send(said + QUESTION);
            answer = client.lineAfterPing();
            if (answer.equals("PONG\r\n")) {
                return client;
            }
            client.close();
        }
        throw new AssertionError("answered: " + answer);
    }

    /** Connects as a user whose password is {@code x}. */
    static RawClient login(int port, String user) throws IOException {
        RawClient client = new RawClient(port);
        client.send(
                "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true,"
                        + "\"user\":\"%s\",\"pass\":\"x\"}\r\n".formatted(user));
        client.fence();
        return client;
    }

    /** A socket that is connected, with nothing read from it. */
    static Socket open(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Puts TLS over a socket, as a client of {@code localhost}, and finishes the handshake. */
    static SSLSocket secure(Socket plain, SSLContext context, String host) throws IOException {
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(plain, host, 0, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(List.of(new SNIHostName(host)));
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** Goes on over TLS, as INFO told it. */
    SSLSocket secure(SSLContext context) throws IOException {
        SSLSocket secured = secure(socket, context, "localhost");
        socket = secured;
        in = new BufferedInputStream(secured.getInputStream(), 64 * 1024);
        out = secured.getOutputStream();
        return secured;
    }

    /** Connects over TLS, as clients do that want neither +OK nor checks. */
    static RawClient connected(NatsServer server, SSLContext context) throws IOException {
        RawClient client = new RawClient(server.port());
        client.secure(context);
        client.send(QUIET);
        client.fence();
        return client;
    }

    Socket socket() {
        return socket;
    }

    String info() {
        return info;
    }

    void send(String text) throws IOException {
        introduced |= text.contains("CONNECT {");
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /**
     * Reads a line with its line end; {@code <closed>} is what stands for the end. A question how
     * this one is is passed over as in {@link #expect}.
     */
    String line() throws IOException {
        String line = lineOrQuestion();
        while (introduced && line.equals(QUESTION)) {
            line = lineOrQuestion();
        }
        return line;
    }

    /** The same where a reset may be the end. */
    String lineOrReset() throws IOException {
        try {
            return line();
        } catch (SocketException e) {
            return "<closed>";
        }
    }

    private String lineOrQuestion() throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        do {
            b = in.read();
            if (b < 0) {
                return line + "<closed>";
            }
            line.append((char) b);
        } while (b != '\n');
        return line.toString();
    }

    /**
     * Reads exactly these bytes. When this one has said CONNECT, it may be asked how it is in
     * between, 2 s later, which depends on the machine's pace: that is passed over.
     */
    void expect(String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.length() < text.length()) {
            int end = text.indexOf('\n', read.length()) + 1;
            int length = (end == 0 ? text.length() : end) - read.length();
            if (introduced && !text.startsWith(QUESTION, read.length())) {
                passOverQuestion();
            }
            byte[] bytes = in.readNBytes(length);
            read.append(new String(bytes, StandardCharsets.ISO_8859_1));
            if (bytes.length < length) {
                break;
            }
        }
        assertThat(read.toString()).isEqualTo(text);
    }

    private void passOverQuestion() throws IOException {
        in.mark(QUESTION.length());
        for (int i = 0; i < QUESTION.length(); i++) {
            if (in.read() != QUESTION.charAt(i)) {
                in.reset();
                return;
            }
        }
    }

    void skip(long bytes) throws IOException {
        in.skipNBytes(bytes);
    }

    byte[] read(int length) throws IOException {
        return in.readNBytes(length);
    }

    /** Reads a line; where the server asks how we are, it is told, and the next line is read. */
    String lineAfterPing() throws IOException {
        String line = lineOrQuestion();
        while (line.equals(QUESTION)) {
            send("PONG\r\n");
            line = lineOrQuestion();
        }
        return line;
    }

    /** Everything sent before has been done, and brought nothing but what was read. */
    void fence() throws IOException {
        send("PING\r\n");
        assertThat(lineAfterPing()).isEqualTo("PONG\r\n");
    }

    /** How often a message has come, all that was sent before, and nothing else. */
    int count(String message) throws IOException {
        int behind = message.indexOf('\n') + 1;
        send(QUESTION);
        int count = 0;
        String line = lineAfterPing();
        while (!line.equals("PONG\r\n")) {
            assertThat(line).isEqualTo(message.substring(0, behind));
            expect(message.substring(behind));
            count++;
            line = lineAfterPing();
        }
        return count;
    }

    /** The same for one that has said nothing but CONNECT: INFO comes behind its first PONG. */
    void fenceBeforeInfo() throws IOException {
        fence();
        assertThat(line()).startsWith("INFO {");
    }

    /** Reads until the server has closed the connection; returns how many bytes came. */
    long readToEnd() throws IOException {
        long bytes = 0;
        try {
            while (in.read() >= 0) {
                bytes++;
            }
        } catch (SocketException e) {
            // reset: closed, too
        }
        return bytes;
    }

    /** Nothing comes any more, but for a question how we are, which may come at any time. */
    void expectClosed() throws IOException {
        try {
            String line = lineOrQuestion();
            while (line.equals(QUESTION)) {
                line = lineOrQuestion();
            }
            assertThat(line).isEqualTo("<closed>");
        } catch (SocketException e) {
            // reset: closed, too
        }
    }

    /** Ends the connection without ceremony: the peer sees a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
