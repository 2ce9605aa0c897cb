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
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Talks the protocol byte by byte: what is sent and what must come back is spelled out. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;
    private static final String QUIET =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
                    + "\"no_responders\":true}\r\n";

    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private final String info;

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
        RawClient client = new RawClient(port);
        client.send(QUIET);
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
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Reads a line with its line end. */
    String line() throws IOException {
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

    /** Reads exactly these bytes. */
    void expect(String text) throws IOException {
        byte[] bytes = in.readNBytes(text.length());
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).isEqualTo(text);
    }

    void skip(long bytes) throws IOException {
        in.skipNBytes(bytes);
    }

    byte[] read(int length) throws IOException {
        return in.readNBytes(length);
    }

    /** Reads a line; if the server asks how we are, it is told, and the next line is read. */
    String lineAfterPing() throws IOException {
        String line = line();
        if (line.equals("PING\r\n")) {
            send("PONG\r\n");
            line = line();
        }
        return line;
    }

    /** Everything sent before has been done, and brought nothing but what was read. */
    void fence() throws IOException {
        send("PING\r\n");
        assertThat(lineAfterPing()).isEqualTo("PONG\r\n");
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

    void expectClosed() throws IOException {
        try {
            assertThat(in.read()).isEqualTo(-1);
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
