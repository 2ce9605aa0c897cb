package io.millrace.bench.load;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Durable consumers that work off a stream which is full already, each with a client of its own. It
 * ends when all has come, or its time is over.
 *
 * @param style how messages come
 * @param consumers number of consumers; each wants another subject of the stream, except in a
 *     fan-out
 * @param batch messages of a request, where there are requests
 * @param messages number of messages of the stream
 * @param size bytes of a payload
 */
public record ConsumerLoad(Style style, int consumers, int batch, int messages, int size)
        implements StagedLoad {
    /** How messages come. */
    public enum Style {
        /** Requested half a batch ahead, each acknowledged. */
        PULL,

        /** A batch is requested when the one before has come, each message acknowledged. */
        FETCH,

        /** Pushed, each acknowledged. */
        PUSH,

        /** Pushed, all to each consumer, nothing acknowledged. */
        FAN_OUT;

        boolean isPulled() {
            return this == PULL || this == FETCH;
        }
    }

    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PATIENCE_S = 30;
    private static final int WINDOW = 500;
    private static final int BUFFER_BYTES = 64 * 1024;

    @Override
    public boolean isFilled() {
        return true;
    }

    @Override
    public Stage open(Placement at) throws IOException {
        return new Opened(at);
    }

    private final class Opened implements Stage {
        private final LoadClient asking;
        private final List<LoadClient> clients = new ArrayList<>();
        private final Stream stream;
        private final int kept;

        Opened(Placement at) throws IOException {
            asking = at.publisher(0);
            try {
                stream = Stream.create(asking, Stream.Storage.FILE);
                int subjects = style == Style.FAN_OUT ? 1 : consumers;
                kept = (int) stream.fill(at, messages, size, WINDOW, subjects);
                for (int i = 0; i < consumers; i++) {
                    clients.add(at.subscriber(i, BUFFER_BYTES));
                    stream.consume(name(i), settings(i));
                }
            } catch (IOException e) {
                closeClients();
                throw e;
            }
        }

        private String settings(int consumer) {
            String all = "\"durable_name\":\"%s\",\"deliver_policy\":\"all\",\"ack_policy\":\"%s\"";
            String settings = all.formatted(name(consumer), isAcked() ? "explicit" : "none");
            if (style != Style.FAN_OUT) {
                String subject = stream.prefix() + "%08d".formatted(consumer);
                settings += ",\"filter_subject\":\"" + subject + '"';
            }
            if (!style.isPulled()) {
                settings += ",\"deliver_subject\":\"" + inbox(consumer) + '"';
            }
            return settings;
        }

        @Override
        public Outcome run(Duration duration) throws Exception {
            long start = System.nanoTime();
            long endNs = start + duration.toNanos();
            Histogram latencyNs = new Histogram(HIGHEST_NS, 3);
            long sum = 0;
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                try {
                    List<Future<Long>> running = new ArrayList<>();
                    for (int i = 0; i < consumers; i++) {
                        int number = i;
                        Callable<Long> work = () -> consume(number, endNs, latencyNs);
                        running.add(threads.submit(work));
                    }
                    for (Future<Long> each : running) {
                        sum += get(each, duration);
                    }
                } finally {
                    closeClients(clients);
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Outcome(sum, seconds, style == Style.FETCH ? latencyNs : null);
        }

        /** Latencies are recorded by a fetching client only, of which there is one. */
        private long consume(int number, long endNs, Histogram latencyNs) throws IOException {
            LoadClient client = clients.get(number);
            client.send("SUB " + inbox(number) + " 1\r\n");
            Deliveries deliveries = new Deliveries(client, size, isAcked());
            long expected = expected(number);
            long requested = style.isPulled() ? 0 : expected;
            long requestedNs = System.nanoTime();
            long now = requestedNs;
            while (deliveries.messages() < expected && now - endNs < 0) {
                long left = requested - deliveries.messages();
                if (style == Style.FETCH && left == 0 || style == Style.PULL && left <= batch / 2) {
                    int count = (int) Math.min(batch - left, expected - requested);
                    if (count > 0) {
                        deliveries.flush();
                        client.send(request(number, count));
                        requested += count;
                        requestedNs = now;
                    }
                }
                deliveries.take();
                now = System.nanoTime();
                if (style == Style.FETCH && deliveries.messages() == requested) {
                    latencyNs.recordValue(now - requestedNs);
                }
            }
            deliveries.flush();
            return deliveries.messages();
        }

        private long expected(int number) {
            return style == Style.FAN_OUT
                    ? kept
                    : kept / consumers + (number < kept % consumers ? 1 : 0);
        }

        private String request(int number, int count) {
            String text = "{\"batch\":%d,\"expires\":60000000000}".formatted(count);
            return "PUB $JS.API.CONSUMER.MSG.NEXT.%s.%s %s %d\r\n%s\r\n"
                    .formatted(stream.name(), name(number), inbox(number), text.length(), text);
        }

        private boolean isAcked() {
            return style != Style.FAN_OUT;
        }

        private static String name(int consumer) {
            return "C" + consumer;
        }

        private String inbox(int consumer) {
            return "_INBOX." + stream.name() + '.' + consumer;
        }

        private static long get(Future<Long> consumer, Duration duration) throws IOException {
            try {
                return consumer.get(duration.toSeconds() + PATIENCE_S, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new IOException("consuming failed: " + e.getCause(), e);
            } catch (TimeoutException e) {
                throw new IOException("messages were lost", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                stream.close();
            } finally {
                closeClients();
            }
        }

        private void closeClients() throws IOException {
            closeClients(clients);
            asking.close();
        }

        private static void closeClients(List<LoadClient> clients) throws IOException {
            for (LoadClient client : clients) {
                client.close();
            }
        }
    }
}
