package io.millrace.bench.siege;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that does something again and again until it is stopped or the thing goes wrong. */
final class Watcher {
    private static final long STOP_MS = 2L * Talk.LIMIT_MS;

    /** What is done each time. */
    interface Turn {
        void take() throws IOException, InterruptedException;
    }

    private final String name;
    private final long everyNs;
    private final Turn turn;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean excused;
    private volatile String fault = "";

    /**
     * Begins.
     *
     * @param everyMs from the beginning of a turn to that of the next, if it doesn't take longer
     */
    Watcher(String name, long everyMs, Turn turn) {
        this.name = name;
        this.everyNs = TimeUnit.MILLISECONDS.toNanos(everyMs);
        this.turn = turn;
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        long next = System.nanoTime();
        while (!stopped) {
            try {
                turn.take();
            } catch (IOException | InterruptedException | RuntimeException e) {
                if (!excused) {
                    fault = name + ": " + e;
                }
                return;
            }
            next = Math.max(next + everyNs, System.nanoTime());
            while (!stopped && System.nanoTime() < next) {
                LockSupport.parkNanos(Math.min(next - System.nanoTime(), 10_000_000));
            }
        }
    }

    /** What went wrong; empty while nothing has. */
    String fault() {
        return fault;
    }

    /** The server is about to end: what goes wrong from here on is no fault. */
    void excuse() {
        excused = true;
    }

    /** Ends it after the turn at hand; returns what went wrong, empty if nothing did. */
    String stop() throws InterruptedException {
        stopped = true;
        thread.join(STOP_MS);
        if (thread.isAlive() && !excused) {
            fault = name + " doesn't end";
        }
        return fault;
    }
}
