package io.millrace.bench.load;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Publishers to streams that are acknowledged: with a window of messages that may wait for that, so
 * as fast as they can.
 *
 * @param publishers number of publishing clients, each with streams of its own
 * @param streams number of streams of each of them, to which it publishes in turn
 * @param size bytes of a payload
 * @param window messages of each publisher that may wait for their answers; with 1 the time to each
 *     answer is measured
 * @param inMemory whether the streams are
 */
public record AckedLoad(int publishers, int streams, int size, int window, boolean inMemory)
        implements StagedLoad {
    private static final long PATIENCE_S = 120;

    @Override
    public Opened open(Placement at) throws IOException {
        return new Opened(at);
    }

    /** The streams, and who publishes to them. */
    public final class Opened implements Stage {
        private final LoadClient asking;
        private final List<Stream> made = new ArrayList<>();
        private final List<AckedPublisher> publishing = new ArrayList<>();

        private Opened(Placement at) throws IOException {
            asking = at.publisher(0);
            try {
                for (int i = 0; i < publishers; i++) {
                    List<Stream> own = new ArrayList<>();
                    for (int j = 0; j < streams; j++) {
                        Stream stream =
                                Stream.create(
                                        asking,
                                        inMemory ? Stream.Storage.MEMORY : Stream.Storage.FILE);
                        own.add(stream);
                        made.add(stream);
                    }
                    publishing.add(new AckedPublisher(at.publisher(i), i, own, size, window, 1));
                }
            } catch (IOException e) {
                closeClients();
                throw e;
            }
        }

        /** Number of messages acknowledged so far; for any thread. */
        long acknowledged() {
            return publishing.stream().mapToLong(AckedPublisher::acknowledged).sum();
        }

        @Override
        public Outcome run(Duration duration) throws Exception {
            long start = System.nanoTime();
            long endNs = start + duration.toNanos();
            long messages = 0;
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                List<Future<Long>> running = new ArrayList<>();
                for (AckedPublisher publisher : publishing) {
                    running.add(threads.submit(() -> publisher.publishUntil(endNs)));
                }
                for (Future<Long> each : running) {
                    messages += get(each, duration);
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (window > 1) {
                return new Outcome(messages, seconds, null);
            }
            Histogram latencyNs = new Histogram(publishing.getFirst().latencyNs());
            for (AckedPublisher publisher : publishing) {
                latencyNs.add(publisher.latencyNs());
            }
            return new Outcome(messages, seconds, latencyNs);
        }

        private long get(Future<Long> publisher, Duration duration) throws Exception {
            try {
                return publisher.get(duration.toSeconds() + PATIENCE_S, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new IOException("publishing failed: " + e.getCause(), e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                for (Stream stream : made) {
                    stream.close();
                }
            } finally {
                closeClients();
            }
        }

        private void closeClients() throws IOException {
            for (AckedPublisher publisher : publishing) {
                publisher.close();
            }
            asking.close();
        }
    }
}
