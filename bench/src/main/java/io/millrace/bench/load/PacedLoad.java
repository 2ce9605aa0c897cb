package io.millrace.bench.load;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages at a steady pace from one client to another: an open loop. Each is timed from the moment
 * at which it was to be sent, whether or not the server took its time before: no coordinated
 * omission.
 *
 * @param perSecond messages a second
 * @param size bytes of a payload, at least 8
 */
public record PacedLoad(int perSecond, int size) implements Load {
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);

    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        int messages = (int) (perSecond * duration.toMillis() / 1000);
        try (ExecutorService threads = Executors.newCachedThreadPool();
                LoadClient subscriber = at.subscriber(0);
                LoadClient publisher = at.publisher(0)) {
            subscriber.send("SUB bench.paced 1\r\n");
            at.awaitInterest(subscriber, publisher);
            Future<Histogram> receiving = threads.submit(() -> receive(subscriber, messages));
            long start = System.nanoTime();
            publish(publisher, start, messages);
            Histogram latency = receiving.get(30, TimeUnit.SECONDS);
            return new Outcome(messages, (System.nanoTime() - start) / 1e9, latency);
        }
    }

    /** Makes no garbage and little work, since what it takes would be counted as the server's. */
    private void publish(LoadClient client, long start, int messages) throws IOException {
        long gapNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        byte[] line = ("PUB bench.paced " + size + "\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer message = ByteBuffer.allocateDirect(line.length + size + 2);
        message.put(line).putLong(0).put(new byte[size - Long.BYTES]).put(LINE_END);
        for (int i = 0; i < messages; i++) {
            long due = start + i * gapNs;
            long left = due - System.nanoTime();
            while (left > 0) {
                LockSupport.parkNanos(left);
                left = due - System.nanoTime();
            }
            client.send(message.putLong(line.length, due).rewind());
        }
    }

    private Histogram receive(LoadClient client, int messages) throws IOException {
        Histogram latency = new Histogram(HIGHEST_NS, 3);
        int line = ("MSG bench.paced 1 " + size + "\r\n").length();
        while (latency.getTotalCount() < messages) {
            if (client.next() == 'P') {
                client.skip("ING\r\n".length());
                continue;
            }
            client.skip(line - 1L);
            long due = client.nextLong();
            client.skip(size - Long.BYTES + LINE_END.length);
            latency.recordValue(Math.max(0, System.nanoTime() - due));
        }
        return latency;
    }
}
