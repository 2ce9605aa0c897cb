package io.millrace.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Subjects with a publisher and several subscribers each, who publish and read as fast as they can:
 * every message goes to a few of very many connections.
 *
 * <p>All of it is done by one thread, since a hundred that wake each other would take more of the
 * processors than the server, and would be counted as the server's slowness. It copies what comes
 * to the same few pages, and looks at one message of each read.
 *
 * @param subjects number of subjects, and of publishers
 * @param subscribersEach number of subscribers of each subject
 * @param size bytes of a payload, at least 8
 */
public record FanOutLoad(int subjects, int subscribersEach, int size) implements Load {
    private static final int READ_BYTES = 128 * 1024;
    private static final long SELECT_MS = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        List<LoadClient> clients = new ArrayList<>();
        try {
            List<FanOutSubject> all = new ArrayList<>();
            for (int i = 0; i < subjects; i++) {
                all.add(new FanOutSubject(at, i, subscribersEach, size, clients));
            }
            Outcome outcome = spread(all, duration);
            for (FanOutSubject subject : all) {
                subject.end();
            }
            return outcome;
        } finally {
            for (LoadClient client : clients) {
                client.close();
            }
        }
    }

    private static Outcome spread(List<FanOutSubject> all, Duration duration) throws IOException {
        try (Selector selector = Selector.open()) {
            for (FanOutSubject subject : all) {
                subject.attend(selector);
            }
            ByteBuffer space = ByteBuffer.allocateDirect(READ_BYTES);
            long start = System.nanoTime();
            while (System.nanoTime() - start < duration.toNanos()) {
                for (FanOutSubject subject : all) {
                    subject.goOn();
                    subject.publish();
                }
                takeAll(selector, space);
            }
            long end = System.nanoTime() + PATIENCE.toNanos();
            for (FanOutSubject subject : all) {
                while (!subject.isDone()) {
                    for (FanOutSubject other : all) {
                        other.goOn();
                    }
                    takeAll(selector, space);
                    if (System.nanoTime() > end) {
                        throw new IOException("messages were lost: " + subject.state());
                    }
                }
            }
            long deliveries = all.stream().mapToLong(FanOutSubject::deliveries).sum();
            return new Outcome(deliveries, (System.nanoTime() - start) / 1e9, null);
        }
    }

    /** Takes what subscribers have got, waiting for a moment if that is nothing. */
    private static void takeAll(Selector selector, ByteBuffer space) throws IOException {
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
}
