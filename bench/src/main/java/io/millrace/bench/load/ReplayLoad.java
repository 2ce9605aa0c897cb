package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One client that reads a whole stream with an ordered consumer, as often as its time allows but at
 * least once: messages in turn, a key-value bucket as it is watched from the beginning, or an
 * object as it is gotten.
 *
 * @param kept what the stream is used as
 * @param messages number of messages, keys or chunks
 * @param size bytes of each payload
 * @param window of these that may be published at once beforehand
 */
public record ReplayLoad(Kept kept, int messages, int size, int window) implements StagedLoad {
    private static final long PATIENCE_S = 60;

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
        private final LoadClient reading;
        private final Stream stream;
        private final long count;
        private int consumers;

        Opened(Placement at) throws IOException {
            asking = at.publisher(0);
            reading = at.subscriber(0);
            stream = kept.create(asking);
            count = stream.fill(at, messages, size, window, kept == Kept.VALUES ? messages : 1);
        }

        @Override
        public Outcome run(Duration duration) throws Exception {
            long start = System.nanoTime();
            AtomicReference<String> fault = new AtomicReference<>("");
            AtomicReference<Outcome> outcome = new AtomicReference<>();
            Thread reader =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            outcome.set(readUntil(start, duration));
                                        } catch (IOException e) {
                                            fault.set(e.toString());
                                        }
                                    });
            if (!reader.join(duration.plusSeconds(PATIENCE_S))) {
                reading.close();
                reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
            }
            Outcome read = outcome.get();
            if (read == null) {
                throw new IOException("reading failed: " + fault.get());
            }
            return read;
        }

        private Outcome readUntil(long start, Duration duration) throws IOException {
            Deliveries deliveries = new Deliveries(reading, size, false);
            long sum = 0;
            do {
                readAll(deliveries);
                sum += count;
            } while (System.nanoTime() - start < duration.toNanos());
            return new Outcome(sum, (System.nanoTime() - start) / 1e9, null);
        }

        private void readAll(Deliveries deliveries) throws IOException {
            String name = "O" + consumers++;
            String inbox = "_INBOX." + stream.name() + '.' + name;
            reading.send("SUB " + inbox + ' ' + consumers + "\r\n");
            reading.fence();
            String policy = kept == Kept.VALUES ? "last_per_subject" : "all";
            String settings =
                    "\"deliver_subject\":\"%s\",\"deliver_policy\":\"%s\",\"ack_policy\":\"none\",\"filter_subject\":\"%s>\",\"max_deliver\":1,\"mem_storage\":true,\"num_replicas\":1,\"flow_control\":true,\"idle_heartbeat\":5000000000,\"inactive_threshold\":300000000000";
            stream.consume(name, settings.formatted(inbox, policy, stream.prefix()));
            deliveries.startOver();
            while (deliveries.messages() < count) {
                deliveries.take();
            }
            deliveries.flush();
            stream.end(name);
            reading.send("UNSUB " + consumers + "\r\n");
        }

        @Override
        public void close() throws IOException {
            try {
                stream.close();
            } finally {
                reading.close();
                asking.close();
            }
        }
    }
}
