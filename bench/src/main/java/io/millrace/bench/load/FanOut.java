package io.millrace.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes to subjects and reads what their subscribers get, all with the thread that calls it:
 * hundreds that wake each other would take more of the processors than the server, and would be
 * counted as the server's slowness. It copies what comes to the same few pages, and looks at one
 * message of each read.
 */
final class FanOut implements AutoCloseable {
    private static final int READ_BYTES = 128 * 1024;
    private static final long SELECT_MS = 1;
    private static final double NS_PER_SECOND = 1e9;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<FanOutSubject> busy;
    private final List<FanOutSubject> trickling;
    private final List<FanOutSubject> all;
    private final Selector selector;
    private final ByteBuffer space = ByteBuffer.allocateDirect(READ_BYTES);
    private long trickled;

    /**
     * Takes the subjects over until it is closed.
     *
     * @param busy those that are published to as fast as their subscribers read
     * @param trickling those that are published to once a second
     */
    FanOut(List<FanOutSubject> busy, List<FanOutSubject> trickling) throws IOException {
        this.busy = busy;
        this.trickling = trickling;
        all = new ArrayList<>(busy);
        all.addAll(trickling);
        selector = Selector.open();
        try {
            for (FanOutSubject subject : all) {
                subject.attend(selector);
            }
        } catch (IOException e) {
            selector.close();
            throw e;
        }
    }

    /**
     * Publishes for some time, and returns when all has come; the messages of the outcome are
     * counted once for each subscriber.
     *
     * @throws IOException if something doesn't come, or something else does
     */
    Outcome run(Duration duration) throws IOException {
        long before = deliveries();
        trickled = 0;
        long start = System.nanoTime();
        long passedNs = 0;
        while (passedNs < duration.toNanos()) {
            goOn();
            for (FanOutSubject subject : busy) {
                subject.publish();
            }
            trickle(passedNs);
            takeAll();
            passedNs = System.nanoTime() - start;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (FanOutSubject subject : all) {
            while (!subject.isDone()) {
                goOn();
                takeAll();
                if (System.nanoTime() > end) {
                    throw new IOException("messages were lost: " + subject.state());
                }
            }
        }
        return new Outcome(
                deliveries() - before, (System.nanoTime() - start) / NS_PER_SECOND, null);
    }

    private void goOn() throws IOException {
        for (FanOutSubject subject : all) {
            subject.goOn();
        }
    }

    /** Publishes to one after the other, so that all have had their turn in a second. */
    private void trickle(long passedNs) throws IOException {
        long due = (long) (passedNs / NS_PER_SECOND * trickling.size());
        while (trickled < due) {
            trickling.get((int) (trickled % trickling.size())).publishOnce();
            trickled++;
        }
    }

    /** Takes what subscribers have got, waiting for a moment if that is nothing. */
    private void takeAll() throws IOException {
        try {
            selector.select(
                    key -> {
                        try {
                            ((FanOutSubscriber) key.attachment()).take(space);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    SELECT_MS);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private long deliveries() {
        return all.stream().mapToLong(FanOutSubject::deliveries).sum();
    }

    /** From here on the subjects may be ended. */
    @Override
    public void close() throws IOException {
        selector.close();
    }
}
