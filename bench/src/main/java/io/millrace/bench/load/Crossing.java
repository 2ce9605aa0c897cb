package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Waits until interest has crossed to other servers. */
public final class Crossing {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_NS = 1_000_000;
    private static final AtomicInteger PROBES = new AtomicInteger();

    private Crossing() {}

    /**
     * Returns when the server of a publisher knows all that a subscriber has subscribed to so far.
     * Servers tell each other of interest in the order in which it arises, so it does as soon as
     * its messages reach one more subscription. Nobody else may send the subscriber anything.
     *
     * @throws IOException if it never does
     */
    public static void await(LoadClient subscriber, LoadClient publisher) throws IOException {
        String subject = "crossing." + PROBES.incrementAndGet();
        subscriber.send("SUB " + subject + " probe\r\n");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            publisher.send("PUB " + subject + " 0\r\n\r\n");
            publisher.fence();
            if (subscriber.fence() > 0) {
                break;
            }
            if (System.nanoTime() > end) {
                throw new IOException("interest doesn't cross to the other server");
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        subscriber.send("UNSUB probe\r\n");
        // Behind this come no more of the messages that are still on their way.
        subscriber.fence();
    }
}
