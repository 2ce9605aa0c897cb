package io.millrace.bench.siege;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A publisher and a subscriber; each message has a number, and none may be missing. */
final class Exchange {
    private static final AtomicLong EXCHANGES = new AtomicLong();
    private static final long EVERY_MS = 5;
    private static final long LOOK_NS = 1_000_000;
    private static final int FENCE_EVERY = 200;

    private final String subject = "calm." + EXCHANGES.incrementAndGet();
    private final Talk publisher;
    private final Talk subscriber;
    private final AtomicLong received = new AtomicLong();
    private final Watcher sending;
    private final Watcher receiving;
    private volatile long sent;
    private volatile boolean ending;
    private volatile boolean excused;

    /** Begins. */
    Exchange(int port) throws IOException {
        publisher = Talk.connected(port, Probe.USER, Probe.USER);
        subscriber = Talk.connected(port, Probe.USER, Probe.USER);
        subscriber.send("SUB " + subject + " 1\r\n");
        subscriber.fence();
        receiving = new Watcher("neutral subscriber", 0, this::receive);
        sending = new Watcher("neutral publisher", EVERY_MS, this::send);
    }

    private void send() throws IOException {
        String number = Long.toString(sent);
        publisher.send("PUB " + subject + " " + number.length() + "\r\n" + number + "\r\n");
        if (++sent % FENCE_EVERY == 0) {
            publisher.fence();
        }
    }

    private void receive() throws IOException {
        String head;
        try {
            head = subscriber.news();
        } catch (IOException e) {
            if (ending) {
                return;
            }
            throw e;
        }
        String number = subscriber.line();
        if (!head.startsWith("MSG " + subject + " 1 ")) {
            throw new IOException("got " + head);
        }
        if (!number.equals("" + received.get())) {
            throw new IOException("got number " + number + ", wanted " + received);
        }
        received.incrementAndGet();
    }

    void excuse() {
        excused = true;
        sending.excuse();
        receiving.excuse();
    }

    /** What went wrong; empty while nothing has. */
    String fault() {
        return Stream.of(sending.fault(), receiving.fault())
                .filter(fault -> !fault.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /** Ends it; returns what went wrong, empty if nothing did. */
    String stop() throws IOException, InterruptedException {
        sending.stop();
        Deadline late = Deadline.inSeconds(Talk.LIMIT_MS / 1000.0);
        while (!excused && fault().isEmpty() && received.get() < sent && !late.isOver()) {
            LockSupport.parkNanos(LOOK_NS);
        }
        ending = true;
        subscriber.close();
        publisher.close();
        receiving.stop();
        long missing = sent - received.get();
        return !fault().isEmpty() || excused || missing == 0
                ? fault()
                : missing + " neutral messages missing";
    }
}
