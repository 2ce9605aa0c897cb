package io.millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Publishers that send as fast as they can to subscribers that read as fast as they can.
 *
 * <p>All messages have the same length, so that subscribers count messages by counting bytes.
 * Publishers stay a bounded number of messages ahead of the slowest subscriber: no server has to
 * close a slow consumer, or is measured while it holds one back.
 *
 * @param publishers number of publishing clients
 * @param subscribers number of subscribing clients; 0 to publish to nobody
 * @param queue whether the subscribers share the messages as one queue group
 * @param size bytes of a payload
 * @param subjects number of subjects, at most a million, published to in random order
 * @param naming of these subjects
 * @param bystanders subscriptions of one more client, on a share of the subjects: {@link
 *     #bystander}
 */
public record StreamLoad(
        int publishers,
        int subscribers,
        boolean queue,
        int size,
        int subjects,
        Naming naming,
        int bystanders)
        implements Load {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int BATCHES = 64;
    private static final long WINDOW_BYTES = 8L * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** One subject, any number of subscribers. */
    public static StreamLoad of(int publishers, int subscribers, int size) {
        return of(publishers, subscribers, Naming.SAME, size);
    }

    /** One subject that bears this name, any number of subscribers. */
    public static StreamLoad of(int publishers, int subscribers, Naming naming, int size) {
        return new StreamLoad(publishers, subscribers, false, size, 1, naming, 0);
    }

    /** Literal, {@code *}, {@code >} and queue subscriptions, on every other subject. */
    private String bystander(int number) {
        String subject = naming.subject(2 * number);
        String sid = " " + (number + 1) + "\r\n";
        return switch (number % 4) {
            case 0 -> "SUB " + subject + sid;
            case 1 -> "SUB " + subject + " workers" + sid;
            case 2 -> "SUB " + naming.published() + "*." + number + sid;
            default -> "SUB " + subject + ".>" + sid;
        };
    }

    @Override
    public Outcome run(Placement at, Duration duration) throws Exception {
        List<LoadClient> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            try {
                return run(at, duration, clients, threads);
            } finally {
                for (LoadClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private Outcome run(
            Placement at, Duration duration, List<LoadClient> clients, ExecutorService threads)
            throws Exception {
        if (bystanders > 0) {
            LoadClient bystander = at.subscriber(0);
            clients.add(bystander);
            Future<?> subscribed = threads.submit(() -> subscribeBystander(bystander));
            subscribed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            threads.submit(() -> readForEver(bystander));
        }
        List<LoadClient> subscribing = new ArrayList<>();
        for (int i = 0; i < subscribers; i++) {
            LoadClient client = at.subscriber(i);
            clients.add(client);
            subscribing.add(client);
            for (int sid = 1; sid <= naming.interests().size(); sid++) {
                String interest = naming.interests().get(sid - 1);
                client.send("SUB " + interest + (queue ? " group " : " ") + sid + "\r\n");
            }
        }
        List<LoadClient> publishing = new ArrayList<>();
        for (int i = 0; i < publishers; i++) {
            LoadClient client = at.publisher(i);
            clients.add(client);
            publishing.add(client);
        }
        at.awaitInterest(subscribing, publishing);
        if (naming.renames()) {
            Rehearsal.of(naming, publishing.getFirst(), subscribing.getFirst());
        }
        AtomicLong[] received = new AtomicLong[subscribers];
        for (int i = 0; i < subscribers; i++) {
            LoadClient client = subscribing.get(i);
            AtomicLong mine = new AtomicLong();
            received[i] = mine;
            threads.submit(() -> count(client, mine));
        }

        AtomicLong sent = new AtomicLong();
        long start = System.nanoTime();
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < publishers; i++) {
            LoadClient client = publishing.get(i);
            SplittableRandom random = new SplittableRandom(i);
            Callable<Long> publish =
                    () -> publish(client, random, start + duration.toNanos(), sent, received);
            running.add(threads.submit(publish));
        }
        long published = 0;
        for (Future<Long> publisher : running) {
            published += get(publisher, duration);
        }
        long messages = subscribers == 0 || queue ? published : published * subscribers;
        awaitReceived(received, subscribers == 0 ? 0 : messages * messageBytes());
        return new Outcome(messages, (System.nanoTime() - start) / 1e9, null);
    }

    private static long get(Future<Long> publisher, Duration duration) throws Exception {
        try {
            return publisher.get(duration.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("publishing failed: " + e.getCause(), e);
        }
    }

    private Void subscribeBystander(LoadClient client) throws IOException {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < bystanders; i++) {
            batch.append(bystander(i));
            if (batch.length() > BATCH_BYTES) {
                client.send(batch.toString());
                batch.setLength(0);
            }
        }
        client.send(batch.toString());
        client.fence();
        return null;
    }

    private static Void readForEver(LoadClient client) throws IOException {
        while (true) {
            client.take();
        }
    }

    private static Void count(LoadClient client, AtomicLong received) throws IOException {
        while (true) {
            received.lazySet(received.get() + client.take());
        }
    }

    private int messageBytes() {
        int line = ("MSG " + " 1 " + size + "\r\n").length() + naming.arrivalLength();
        return line + size + "\r\n".length();
    }

    private long publish(
            LoadClient client,
            SplittableRandom random,
            long endNs,
            AtomicLong sent,
            AtomicLong[] received)
            throws IOException {
        int perBatch = Math.max(1, BATCH_BYTES / messageBytes());
        List<ByteBuffer> batches = new ArrayList<>();
        for (int i = 0; i < (subjects == 1 ? 1 : BATCHES); i++) {
            batches.add(batch(random, perBatch));
        }
        long published = 0;
        int next = 0;
        do {
            awaitWindow(sent, received);
            client.send(batches.get(next++ % batches.size()).rewind());
            published += perBatch;
            sent.addAndGet((long) perBatch * messageBytes());
        } while (System.nanoTime() < endNs);
        client.fence();
        return published;
    }

    private ByteBuffer batch(SplittableRandom random, int messages) {
        StringBuilder text = new StringBuilder();
        String payload = "x".repeat(size);
        for (int i = 0; i < messages; i++) {
            text.append("PUB ").append(naming.subject(random.nextInt(subjects))).append(' ');
            text.append(size).append("\r\n").append(payload).append("\r\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes);
    }

    private void awaitWindow(AtomicLong sent, AtomicLong[] received) {
        if (received.length == 0) {
            return;
        }
        while (sent.get() - progress(received) > WINDOW_BYTES) {
            LockSupport.parkNanos(50_000);
        }
    }

    /** Bytes of what was published that all have received who should. */
    private long progress(AtomicLong[] received) {
        return queue
                ? sum(received)
                : Stream.of(received).mapToLong(AtomicLong::get).min().orElseThrow();
    }

    private static long sum(AtomicLong[] received) {
        return Stream.of(received).mapToLong(AtomicLong::get).sum();
    }

    /** An unsolicited PING or two may be among the bytes, so more than expected may come. */
    private static void awaitReceived(AtomicLong[] received, long bytes) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long sum = sum(received);
            if (sum >= bytes) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new IOException("messages were lost: " + sum + " of " + bytes + " bytes");
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
