package io.millrace.broker.monitor;

import io.millrace.broker.latency.Latencies;
import io.millrace.broker.latency.RecentLatency;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.routing.view.ServerSnapshot;

import java.util.Locale;

/**
 * The last hour in numbers, for whoever comes to the page later: a look every {@link
 * Answers#TICK_MS}, one after the other in a circle of longs that is as large at the start as it
 * ever gets.
 *
 * <p>One thread looks at the server; any thread reads.
 */
final class Past {
    /** What is remembered of each look. */
    enum Column {
        /** When it was, in milliseconds since 1970. */
        TIME,
        IN_MSGS,
        IN_BYTES,
        OUT_MSGS,
        OUT_BYTES,
        CONNECTIONS,
        SUBSCRIPTIONS,
        /** Slow consumers that were closed. */
        SLOW_CONSUMERS,
        /** Times a producer was held back. */
        STALLS,
        /** Latency since the look before, in nanoseconds; 0 if none was measured. */
        P50,
        P99,
        P999,
        /** How many of them were measured. */
        MEASURED,
        /** Processor time of the process, in nanoseconds. */
        CPU_NS,
        /** Physical memory of the process. */
        MEM,
        /** What is kept for clients and other servers, on the heap. */
        KEPT_HEAP,
        /** The same, outside of it. */
        KEPT_NATIVE,
        /** The heap of the JVM, garbage included. */
        HEAP_USED,
        /** Milliseconds that collecting garbage took. */
        GC_MS;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int COLUMNS = Column.values().length;
    private static final long HOUR_MS = 3_600_000;

    /** Looks that are remembered. */
    static final int LOOKS = (int) (HOUR_MS / Answers.TICK_MS);

    private final long[] numbers = new long[LOOKS * COLUMNS];
    private final ProcessUsage usage = new ProcessUsage();
    private final Monitored server;
    private final Snapshots snapshots;
    private final RecentLatency latency;
    private long looks;

    Past(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
        latency = new RecentLatency(server.latencies(), Stage.READ_TO_SENT);
    }

    /** Remembers how it is now; nothing if the routing thread doesn't answer. */
    void look() throws InterruptedException {
        ServerSnapshot snapshot;
        try {
            snapshot = snapshots.server();
        } catch (IllegalStateException e) {
            return;
        }
        Latencies.Percentiles recent = latency.next();
        MemorySnapshot memory = server.memory();
        Runtime runtime = Runtime.getRuntime();
        add(
                System.currentTimeMillis(),
                snapshot.traffic().inMessages(),
                snapshot.traffic().inBytes(),
                snapshot.traffic().outMessages(),
                snapshot.traffic().outBytes(),
                snapshot.connections(),
                snapshot.sublist().subscriptions(),
                snapshot.slowConsumers(),
                snapshot.stalls(),
                recent.p50(),
                recent.p99(),
                recent.p999(),
                recent.count(),
                ProcessUsage.cpuTime().toNanos(),
                usage.residentBytes(),
                memory.heapBytes(),
                memory.nativeBytes(),
                runtime.totalMemory() - runtime.freeMemory(),
                JvmMetrics.collectionMs());
    }

    private synchronized void add(long... row) {
        System.arraycopy(row, 0, numbers, (int) (looks++ % LOOKS) * COLUMNS, COLUMNS);
    }

    /**
     * What is remembered, the oldest first; the columns of a look come together.
     *
     * @param since only looks later than this, in milliseconds since 1970
     */
    synchronized long[] after(long since) {
        int count = (int) Math.min(looks, LOOKS);
        while (count > 0 && since > 0 && numbers[place(count)] <= since) {
            count--;
        }
        long[] all = new long[count * COLUMNS];
        for (int i = 0; i < count; i++) {
            System.arraycopy(numbers, place(count - i), all, i * COLUMNS, COLUMNS);
        }
        return all;
    }

    /** Where a look stands, the last being number 1. */
    private int place(int back) {
        return (int) ((looks - back) % LOOKS) * COLUMNS;
    }
}
