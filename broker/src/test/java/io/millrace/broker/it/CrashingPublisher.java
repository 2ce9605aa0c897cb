package io.millrace.broker.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Publishes to streams, many messages at a time, until the server is gone; writes down what was
 * acknowledged. Two threads: one that publishes, one that reads.
 */
final class CrashingPublisher {
    private static final Pattern ACK = Pattern.compile("\\{\"stream\":\"S(\\d+)\",\"seq\":(\\d+)}");
    private static final int IN_FLIGHT = 300;

    /** What is told of each message that was acknowledged. */
    @FunctionalInterface
    interface Acknowledged {
        void on(int stream, long sequence, String payload);
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String name;
    private final int streams;
    private final Acknowledged acknowledged;
    private final Semaphore room = new Semaphore(IN_FLIGHT);

    // The thread that reads.
    private final BitSet answered = new BitSet();
    private volatile boolean ended;
    private volatile Throwable wrong;

    /**
     * Connects.
     *
     * @param name no other one has, in all rounds
     */
    CrashingPublisher(int port, String name, int streams, Acknowledged acknowledged)
            throws IOException {
        this.name = name;
        this.streams = streams;
        this.acknowledged = acknowledged;
        socket = RawClient.open(port);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        line();
        send("CONNECT {\"verbose\":false}\r\nSUB acks.%s.* 1\r\n".formatted(name));
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Publishes until the server is gone; fails if it answers what it shouldn't. */
    void run() throws InterruptedException {
        Thread reader = new Thread(this::read, "reader of " + name);
        reader.start();
        try {
            for (int i = 0; ; i++) {
                room.acquire();
                if (ended) {
                    break;
                }
                String payload = name + '-' + i;
                send(
                        "PUB s.%d acks.%s.%d %d\r\n%s\r\n"
                                .formatted(i % streams, name, i, payload.length(), payload));
            }
        } catch (IOException e) {
            // The server is gone.
        }
        reader.join();
        if (wrong != null) {
            throw new AssertionError(name, wrong);
        }
    }

    private void read() {
        try {
            String line = line();
            while (!line.isEmpty()) {
                if (line.startsWith("MSG ")) {
                    onAnswer(line.split(" "));
                } else if (line.equals("PING")) {
                    send("PONG\r\n");
                }
                line = line();
            }
        } catch (IOException e) {
            // The server is gone.
        } catch (RuntimeException | AssertionError e) {
            wrong = e;
        } finally {
            ended = true;
            room.release(IN_FLIGHT);
        }
    }

    private void onAnswer(String[] words) throws IOException {
        int length = Integer.parseInt(words[words.length - 1]);
        byte[] answer = in.readNBytes(length + 2);
        if (answer.length < length + 2) {
            return;
        }
        String text = new String(answer, 0, length, StandardCharsets.ISO_8859_1);
        int number = Integer.parseInt(words[1].substring(words[1].lastIndexOf('.') + 1));
        String payload = name + '-' + number;
        Matcher ack = ACK.matcher(text);
        if (answered.get(number) || !ack.matches()) {
            throw new AssertionError(payload + " was answered " + text);
        }
        answered.set(number);
        acknowledged.on(Integer.parseInt(ack.group(1)), Long.parseLong(ack.group(2)), payload);
        room.release();
    }

    /** A line without its end; empty if there is none any more. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int b = in.read();
        while (b >= 0 && b != '\n') {
            if (b != '\r') {
                line.append((char) b);
            }
            b = in.read();
        }
        return b < 0 ? "" : line.toString();
    }

    void close() throws IOException {
        socket.close();
    }
}
