package io.millrace.bench.soak;

import io.millrace.bench.load.LoadClient;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that come and go, in every good and bad way; one after the other. */
final class Guests {
    private static final int TIMEOUT_MS = 10_000;

    private final int port;
    private final Random random = new Random(1);
    private final AtomicLong welcome = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong wild = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile String fault = "";

    Guests(int port) {
        this.port = port;
        this.thread = Thread.ofPlatform().name("guests").start(this::run);
    }

    private void run() {
        while (!stopped) {
            try {
                switch (random.nextInt(4)) {
                    case 0 -> refuse();
                    case 1 -> behaveBadly();
                    default -> visit();
                }
            } catch (IOException e) {
                fault = e.toString();
                return;
            }
        }
    }

    /** Works, unless a reload has just changed the password or the permissions. */
    private void visit() throws IOException {
        try (LoadClient guest =
                new LoadClient(port, Configuration.GUEST_USER, Configuration.PASSWORD)) {
            guest.send("SUB guest.* 1\r\nSUB other 2\r\nPUB guest.a 2\r\nhi\r\nPUB b 0\r\n\r\n");
            guest.send("PING\r\n");
            while (!guest.line().equals("PONG")) {
                // what it isn't allowed to do is refused, and it stays connected
            }
            welcome.incrementAndGet();
        } catch (IOException e) {
            refused.incrementAndGet();
        }
    }

    private void refuse() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "CONNECT {\"user\":\"guest\",\"pass\":\"wrong\"}\r\n");
            String answer = new String(socket.getInputStream().readAllBytes());
            if (!answer.contains("-ERR 'Authorization Violation'")) {
                throw new IOException("a wrong password was answered with " + answer);
            }
            refused.incrementAndGet();
        }
    }

    /** However the server ends that, it is right. */
    private void behaveBadly() {
        try (Socket socket = connect()) {
            InputStream in = socket.getInputStream();
            switch (random.nextInt(4)) {
                case 0 -> send(socket, "\u0016\u0003\u0001 GET / HTTP/1.1\r\n\r\n");
                case 1 -> send(socket, "CONNECT {\"user\":");
                case 2 -> send(socket, "PUB a 1000000\r\n" + "x".repeat(10_000));
                default -> in.read();
            }
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // closed by the server, maybe before all was sent
        }
        wild.incrementAndGet();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Ends it; returns what went wrong, empty if nothing did. */
    String stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return fault;
    }

    @Override
    public String toString() {
        return welcome + " guests let in, " + refused + " turned away, " + wild + " wild";
    }
}
