package io.millrace.bench.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A thread that does something again and again until it is stopped or the thing goes wrong. It can
 * be held up in between, so that what is counted stands still.
 */
final class Repeated {
    /** What is done each time. */
    interface Turn {
        void take() throws IOException, InterruptedException;
    }

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final Turn turn;
    private final long pauseNs;
    private final Lock going = new ReentrantLock(true);
    private final Thread thread;
    private volatile boolean stopped;
    private volatile String fault = "";

    /**
     * Begins.
     *
     * @param pauseNs from the end of a turn to the next
     */
    Repeated(String name, long pauseNs, Turn turn) {
        this.name = name;
        this.turn = turn;
        this.pauseNs = pauseNs;
        thread = Thread.ofPlatform().name(name).start(this::run);
    }

    private void run() {
        while (!stopped) {
            going.lock();
            try {
                turn.take();
            } catch (IOException | InterruptedException e) {
                fault = name + ": " + e;
                return;
            } finally {
                going.unlock();
            }
            LockSupport.parkNanos(pauseNs);
        }
    }

    /** Waits for the turn at hand; there is no other until {@link #resume}, by the same thread. */
    void holdUp() {
        going.lock();
    }

    void resume() {
        going.unlock();
    }

    /** What went wrong; empty while nothing has. */
    String fault() {
        return fault;
    }

    /** Ends it; returns what went wrong, empty if nothing did. */
    String stop() throws InterruptedException {
        stopped = true;
        if (!thread.join(LIMIT)) {
            fault = name + " doesn't end";
        }
        return fault;
    }
}
