package io.millrace.bench.soak;

import io.millrace.bench.load.LoadClient;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that come and go as they should, by one entrance; one after the other. */
final class Guests {
    private static final String VIOLATION = "-ERR 'Authorization Violation'";

    private final Random random = new Random(1);
    private final Entrance entrance;
    private final AtomicLong letIn = new AtomicLong();
    private final AtomicLong outOfDate = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    Guests(Entrance entrance) {
        this.entrance = entrance;
    }

    /** The next one. */
    void come() throws IOException {
        if (random.nextInt(4) == 0) {
            beRefused();
        } else {
            visit();
        }
    }

    /** Works, unless the password is another one since a reload. */
    private void visit() throws IOException {
        SocketBytes channel = new SocketBytes(entrance.open());
        try (LoadClient guest =
                new LoadClient(channel, Configuration.GUEST_USER, Configuration.PASSWORD)) {
            guest.send("SUB guest.* 1\r\nSUB other 2\r\nPUB guest.a 2\r\nhi\r\nPUB b 0\r\n\r\n");
            guest.send("PING\r\n");
            for (String line = guest.line(); !line.equals("PONG"); line = guest.line()) {
                // What else it isn't allowed to do is refused, and it stays connected.
                if (line.equals(VIOLATION)) {
                    throw new IOException(line);
                }
            }
            letIn.incrementAndGet();
        } catch (SocketException e) {
            // It was still speaking when it was put out, so that the reason got lost.
            outOfDate.incrementAndGet();
        } catch (IOException e) {
            if (!VIOLATION.equals(e.getMessage())) {
                throw e;
            }
            outOfDate.incrementAndGet();
        }
    }

    private void beRefused() throws IOException {
        try (Socket socket = entrance.open()) {
            byte[] wrong = "CONNECT {\"user\":\"guest\",\"pass\":\"wrong\"}\r\n".getBytes();
            socket.getOutputStream().write(wrong);
            byte[] bytes = socket.getInputStream().readAllBytes();
            String answer = new String(bytes, StandardCharsets.UTF_8);
            if (!answer.contains(VIOLATION)) {
                throw new IOException("a wrong password was answered with " + answer);
            }
            refused.incrementAndGet();
        }
    }

    @Override
    public String toString() {
        return "%s guests: %,d let in, %,d turned away by a new password, %,d with a wrong one"
                .formatted(entrance, letIn.get(), outOfDate.get(), refused.get());
    }
}
