package io.millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One subject of a {@link FanOut}: who publishes to it, and who has subscribed to it. */
final class FanOutSubject {
    /** What clients read before they go on without waiting; then they share the space they fill. */
    private static final int BUFFER_BYTES = 1024;

    private final String name;
    private final LoadClient publisher;
    private final List<FanOutSubscriber> subscribers = new ArrayList<>();
    private final ByteBuffer batch;
    private final int perBatch;
    private final long windowBytes;
    private final int messageBytes;
    private long published;

    /**
     * Connects all of them, and subscribes.
     *
     * @param number of the subject, and of its publisher's server
     * @param size bytes of a payload, at least 8
     * @param batchBytes what is published at once, at least one message; the numbers of its
     *     messages begin anew with each
     * @param windowBytes how far the publisher may be ahead of the slowest subscriber, in bytes of
     *     what that gets
     * @param clients where they are put, for the caller to close
     */
    FanOutSubject(
            Placement at,
            int number,
            int subscriberCount,
            int size,
            int batchBytes,
            long windowBytes,
            List<LoadClient> clients)
            throws IOException {
        this.windowBytes = windowBytes;
        name = "bench.%06d".formatted(number);
        String line = "MSG " + name + " 1 " + size + "\r\n";
        messageBytes = line.length() + size + 2;
        perBatch = Math.max(1, batchBytes / messageBytes);
        batch = batch(size);
        publisher = at.publisher(number, BUFFER_BYTES);
        clients.add(publisher);
        for (int i = 0; i < subscriberCount; i++) {
            LoadClient client = at.subscriber(number * subscriberCount + i, BUFFER_BYTES);
            clients.add(client);
            client.send("SUB " + name + " 1\r\n");
            at.awaitInterest(client, publisher);
            DeliveryCheck check = new DeliveryCheck(line, size, perBatch);
            subscribers.add(new FanOutSubscriber(client, check));
        }
    }

    private ByteBuffer batch(int size) {
        byte[] line = ("PUB " + name + " " + size + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] rest = ("x".repeat(size - Long.BYTES) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        int bytes = line.length + Long.BYTES + rest.length;
        ByteBuffer all = ByteBuffer.allocateDirect(perBatch * bytes);
        for (int i = 0; i < perBatch; i++) {
            all.put(line).putLong(i).put(rest);
        }
        return all;
    }

    /** From here on a selector says who has got something. */
    void attend(Selector selector) throws IOException {
        publisher.goOnWithoutWaiting();
        for (FanOutSubscriber subscriber : subscribers) {
            subscriber.attend(selector);
        }
    }

    /** Sends what the server takes of the next messages, if all subscribers have kept up. */
    void publish() throws IOException {
        while (mayPublish()) {
            publishBatch();
        }
    }

    /** The same, but for one batch at most. */
    void publishOnce() throws IOException {
        if (mayPublish()) {
            publishBatch();
        }
    }

    private boolean mayPublish() {
        return !isAmidBatch() && (published - received()) * messageBytes < windowBytes;
    }

    private void publishBatch() throws IOException {
        batch.clear();
        published += perBatch;
        goOn();
    }

    /** Sends what the server hadn't taken yet of messages that were begun. */
    void goOn() throws IOException {
        if (isAmidBatch()) {
            publisher.trySend(batch);
        }
    }

    private boolean isAmidBatch() {
        return batch.hasRemaining();
    }

    /** Messages that all subscribers have. */
    private long received() {
        long fewest = Long.MAX_VALUE;
        for (FanOutSubscriber subscriber : subscribers) {
            fewest = Math.min(fewest, subscriber.messages());
        }
        return fewest;
    }

    /** Whether all subscribers have all that was published. */
    boolean isDone() {
        return received() >= published;
    }

    /** Messages that were published, once for each subscriber. */
    long deliveries() {
        return published * subscribers.size();
    }

    /** What was published and has come, where some of it is missing. */
    String state() {
        return "%d of %d messages on %s".formatted(received(), published, name);
    }

    /**
     * Waits until nothing can come any more.
     *
     * @throws IOException if somebody got more than was published
     */
    void end() throws IOException {
        for (FanOutSubscriber subscriber : subscribers) {
            subscriber.end(published);
        }
    }
}
