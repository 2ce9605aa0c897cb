package io.millrace.broker.it;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** A conversation over TLS. */
final class TlsTalk implements AutoCloseable {

    private final SSLSocket socket;

    /** Connects, reads INFO and shakes hands. */
    TlsTalk(int port, SSLContext context) throws IOException {
        this(port, context, "TLSv1.3", "TLSv1.2");
    }

    /** The same, with these versions of TLS. */
    TlsTalk(int port, SSLContext context, String... versions) throws IOException {
        Socket plain = new Socket("127.0.0.1", port);
        plain.setSoTimeout(RawClient.TIMEOUT_MS);
        int b;
        do {
            b = plain.getInputStream().read();
        } while (b != '\n' && b >= 0);
        socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.setEnabledProtocols(versions);
        socket.startHandshake();
    }

    /**
     * Says something and PING.
     *
     * @return the first line of what the server says to that
     */
    static String connect(int port, SSLContext context, String connect) throws IOException {
        try (TlsTalk talk = new TlsTalk(port, context)) {
            talk.send(connect + "\r\nPING\r\n");
            return talk.line();
        }
    }

    SSLSession session() {
        return socket.getSession();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads a line, without its end; a question how this one is is passed over. */
    String line() throws IOException {
        String line = lineOrQuestion();
        while (line.equals("PING")) {
            line = lineOrQuestion();
        }
        return line;
    }

    private String lineOrQuestion() throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = socket.getInputStream().read()) >= 0 && b != '\n') {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
