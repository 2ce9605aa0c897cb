package io.millrace.bench.siege;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that did nothing wrong; it waits for what it is owed, if not for ever. */
final class Talk implements AutoCloseable {
    /** Longer than any answer may take. */
    static final int LIMIT_MS = 10_000;

    private static final int BUFFER_BYTES = 16 * 1024;

    private final Socket socket;
    private final InputStream in;

    private Talk(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    /** Connects, and says nothing. */
    static Talk silent(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LIMIT_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MS);
            return new Talk(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Connects as a user, and waits until it is let in. */
    static Talk connected(int port, String user, String password) throws IOException {
        Talk talk = silent(port);
        try {
            String info = talk.line();
            if (!info.startsWith("INFO ")) {
                throw new IOException("no INFO: " + info);
            }
            talk.send(
                    "CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\""
                            + user
                            + "\",\"pass\":\""
                            + password
                            + "\"}\r\n");
            talk.fence();
            return talk;
        } catch (IOException e) {
            talk.close();
            throw e;
        }
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a line, without its end. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("closed by the server after: " + line);
            }
            if (b == '\n') {
                line.setLength(Math.max(0, line.length() - 1));
                return line.toString();
            }
            line.append((char) b);
        }
    }

    /** Reads a line that is neither PING, which is answered, nor INFO. */
    String news() throws IOException {
        while (true) {
            String line = line();
            if (line.equals("PING")) {
                send("PONG\r\n");
            } else if (!line.startsWith("INFO ")) {
                return line;
            }
        }
    }

    /** Waits until all that was sent has been done. */
    void fence() throws IOException {
        send("PING\r\n");
        String line = news();
        if (!line.equals("PONG")) {
            throw new IOException("no PONG: " + line);
        }
    }

    /** All until the server closes. */
    String toEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
