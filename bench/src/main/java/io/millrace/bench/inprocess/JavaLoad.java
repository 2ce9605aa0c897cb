package io.millrace.bench.inprocess;

import com.sun.management.OperatingSystemMXBean;

import io.millrace.broker.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Loads that two jnats connections make, each with threads of its own. */
enum JavaLoad {
    /** One publishes 128 bytes as fast as it can, the other counts them. */
    STREAM {
        @Override
        Figures run(Connection one, Connection other, long forNs) throws Exception {
            AtomicLong received = new AtomicLong();
            Dispatcher counting = other.createDispatcher(_ -> received.lazySet(received.get() + 1));
            counting.subscribe("stream");
            other.flush(PATIENCE);
            byte[] payload = new byte[128];
            long sent = 0;
            long cpuNs = cpuNs();
            long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < forNs) {
                for (int i = 0; i < BATCH; i++) {
                    one.publish("stream", payload);
                }
                sent += BATCH;
                awaitWithin(received, sent - WINDOW);
            }
            one.flush(PATIENCE);
            awaitWithin(received, sent);
            return figures(sent, startNs, cpuNs, null);
        }
    },

    /** One asks for 16 bytes, again when it has the answer; the other answers. */
    REQUEST {
        @Override
        Figures run(Connection one, Connection other, long forNs) throws Exception {
            Dispatcher answering =
                    other.createDispatcher(
                            request -> other.publish(request.getReplyTo(), request.getData()));
            answering.subscribe("ask");
            other.flush(PATIENCE);
            byte[] payload = new byte[16];
            Histogram tripsNs = new Histogram(TimeUnit.SECONDS.toNanos(30), 3);
            long cpuNs = cpuNs();
            long startNs = System.nanoTime();
            long nowNs = startNs;
            while (nowNs - startNs < forNs) {
                Message answer = one.request("ask", payload, PATIENCE);
                if (answer == null || answer.getData().length != payload.length) {
                    throw new IOException("no answer");
                }
                long endNs = System.nanoTime();
                tripsNs.recordValue(endNs - nowNs);
                nowNs = endNs;
            }
            return figures(tripsNs.getTotalCount(), startNs, cpuNs, tripsNs);
        }
    };

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BATCH = 100;

    /** The publisher is at most so far ahead: jnats drops what its consumer doesn't get to. */
    private static final long WINDOW = 20_000;

    abstract Figures run(Connection one, Connection other, long forNs) throws Exception;

    final Figures run(NatsServer server, Way way, long forNs) throws Exception {
        Connection one = way.connect(server);
        try {
            Connection other = way.connect(server);
            try {
                return run(one, other, forNs);
            } finally {
                other.close();
            }
        } finally {
            one.close();
        }
    }

    private static void awaitWithin(AtomicLong received, long count) throws IOException {
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        while (received.get() < count) {
            if (System.nanoTime() - endNs > 0) {
                throw new IOException("messages are missing: " + (count - received.get()));
            }
            LockSupport.parkNanos(20_000);
        }
    }

    private static long cpuNs() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static Figures figures(
            long count, long startNs, long cpuBeforeNs, @Nullable Histogram tripsNs) {
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return new Figures(
                count / seconds,
                (cpuNs() - cpuBeforeNs) / 1e3 / count,
                tripsNs == null ? Double.NaN : tripsNs.getValueAtPercentile(50) / 1e3,
                tripsNs == null ? Double.NaN : tripsNs.getValueAtPercentile(99) / 1e3);
    }
}
