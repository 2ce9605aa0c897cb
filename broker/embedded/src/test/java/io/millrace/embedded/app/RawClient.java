package io.millrace.embedded.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client by hand: an application needs no library to be tried out with. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket;
    private final BufferedReader in;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        in =
                new BufferedReader(
                        new InputStreamReader(
                                socket.getInputStream(), StandardCharsets.ISO_8859_1));
        Application.check(in.readLine().startsWith("INFO "), "no INFO");
        send("CONNECT {\"verbose\":false,\"headers\":true}\r\n");
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void expect(String line) throws IOException {
        String said = next();
        Application.check(said.equals(line), "said " + said + " instead of " + line);
    }

    /** Asks, with an answer to the subscription of {@code answer} that has a text in it. */
    void request(String subject, String payload, String within) throws IOException {
        send("PUB " + subject + " answer " + payload.length() + "\r\n" + payload + "\r\n");
        String head = next();
        Application.check(head.startsWith("MSG answer 1 "), "said " + head);
        String answer = next();
        Application.check(answer.contains(within), "answered " + answer);
    }

    private String next() throws IOException {
        String line = in.readLine();
        while (line != null && (line.startsWith("INFO ") || line.equals("PING"))) {
            if (line.equals("PING")) {
                send("PONG\r\n");
            }
            line = in.readLine();
        }
        return String.valueOf(line);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
