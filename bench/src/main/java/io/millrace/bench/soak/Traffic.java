package io.millrace.bench.soak;

import io.millrace.bench.load.LoadClient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A publisher and a subscriber; each message has a number, and none may be missing. */
final class Traffic {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_NS = 1_000_000;
    private static final int PAYLOAD_BYTES = 128;
    private static final int FENCE_EVERY = 10_000;

    private final Entrance entrance;
    private final LoadClient publisher;
    private final LoadClient subscriber;
    private final String subject;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final Thread sending;
    private final Thread receiving;
    private volatile boolean stopped;
    private volatile String fault = "";

    /**
     * Begins.
     *
     * @param entrance by which both come
     * @param number tells its subject from those of others
     */
    Traffic(Entrance entrance, int number) throws IOException {
        this.entrance = entrance;
        subject = "soak.s" + number;
        publisher = connect();
        subscriber = connect();
        // Wildcard and deny rule: every message goes through the filter.
        subscriber.send("SUB *.s" + number + " 1\r\nSUB soak.> 2\r\nUNSUB 2\r\n");
        subscriber.fence();
        sending = Thread.ofPlatform().name("send-" + number).start(this::send);
        receiving = Thread.ofPlatform().name("receive-" + number).start(this::receive);
    }

    private LoadClient connect() throws IOException {
        return new LoadClient(
                new SocketBytes(entrance.open()),
                Configuration.TRAFFIC_USER,
                Configuration.PASSWORD);
    }

    private void send() {
        byte[] head = ("PUB " + subject + " " + PAYLOAD_BYTES + "\r\n").getBytes();
        ByteBuffer message = ByteBuffer.allocate(head.length + PAYLOAD_BYTES + 2);
        try {
            while (!stopped) {
                message.clear();
                message.put(head).putLong(sent.get());
                message.position(head.length + PAYLOAD_BYTES).put((byte) '\r').put((byte) '\n');
                publisher.send(message.flip());
                if (sent.incrementAndGet() % FENCE_EVERY == 0) {
                    // Answers the server's PINGs on the way.
                    publisher.fence();
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        } catch (IOException e) {
            fault = subject + " publisher: " + e.getMessage();
        }
    }

    private void receive() {
        try {
            while (true) {
                String line = subscriber.line();
                if (line.startsWith("PING")) {
                    subscriber.send("PONG\r\n");
                } else if (line.startsWith("MSG")) {
                    long number = subscriber.nextLong();
                    subscriber.skip(PAYLOAD_BYTES - Long.BYTES + 2);
                    if (number != received.getAndIncrement()) {
                        fault = subject + ": got " + number + ", wanted " + received.get();
                        return;
                    }
                } else if (!line.startsWith("INFO")) {
                    fault = subject + ": " + line;
                    return;
                }
            }
        } catch (IOException e) {
            if (!stopped) {
                fault = subject + " subscriber: " + e.getMessage();
            }
        }
    }

    /** What went wrong; empty while nothing has. */
    String fault() {
        return fault;
    }

    /** Stops sending, waits for what was sent, and says what is missing; empty for nothing. */
    String stop() throws IOException, InterruptedException {
        stopped = true;
        sending.join(LIMIT);
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (fault.isEmpty() && received.get() < sent.get() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NS);
        }
        publisher.close();
        subscriber.close();
        receiving.join(LIMIT);
        long missing = sent.get() - received.get();
        return !fault.isEmpty() || missing == 0 ? fault : subject + ": " + missing + " missing";
    }

    @Override
    public String toString() {
        return "%s traffic: %,d of %,d messages received, in order"
                .formatted(entrance, received.get(), sent.get());
    }
}
