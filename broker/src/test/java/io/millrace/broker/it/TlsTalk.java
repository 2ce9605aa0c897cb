package io.millrace.broker.it;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A short conversation over TLS. */
final class TlsTalk {
    private static final int TIMEOUT_MS = 10_000;

    private TlsTalk() {}

    /**
     * Reads INFO, shakes hands and says something and PING.
     *
     * @return the first line of what the server says to that, without its end
     */
    static String connect(int port, SSLContext context, String connect) throws IOException {
        Socket plain = new Socket("127.0.0.1", port);
        plain.setSoTimeout(TIMEOUT_MS);
        int b;
        do {
            b = plain.getInputStream().read();
        } while (b != '\n' && b >= 0);
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory().createSocket(plain, "localhost", port, true)) {
            socket.getOutputStream()
                    .write((connect + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder line = new StringBuilder();
            while ((b = socket.getInputStream().read()) >= 0 && b != '\n') {
                line.append((char) b);
            }
            return line.toString().strip();
        }
    }
}
