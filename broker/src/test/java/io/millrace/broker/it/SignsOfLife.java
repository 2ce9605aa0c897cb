package io.millrace.broker.it;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has clients that nobody reads say that they are there, so that an impatient server keeps them.
 */
final class SignsOfLife implements AutoCloseable {
    private static final long EVERY_MS = 100;

    private final ScheduledExecutorService pulse =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

    /** Begins; the clients may be written to and read meanwhile. */
    SignsOfLife(List<RawClient> clients) {
        for (RawClient each : clients) {
            pulse.scheduleAtFixedRate(() -> give(each), 0, EVERY_MS, TimeUnit.MILLISECONDS);
        }
    }

    private static void give(RawClient client) {
        try {
            client.send("PONG\r\n");
        } catch (IOException e) {
            // Whoever reads it will see.
        }
    }

    @Override
    public void close() {
        pulse.shutdownNow();
    }
}
