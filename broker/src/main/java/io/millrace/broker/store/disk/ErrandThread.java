package io.millrace.broker.store.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * Does the errands of one shard, on a thread of its own that sleeps while there are none.
 *
 * <p>Two rings lie between it and the shard thread, one each way. Neither side locks.
 */
public final class ErrandThread implements Errands, AutoCloseable {
    /** How often a shard thread that waits for the end looks whether it has come. */
    private static final long FINISH_PARK_NS = 50_000;

    private final Runnable onDone;
    private final ErrandRing asked = new ErrandRing();
    private final ErrandRing answered = new ErrandRing();
    private final Thread thread;

    // Errand thread, and whoever has just seen it asleep.
    private volatile boolean asleep;
    private volatile boolean closed;

    // Shard thread.
    private int waiting;

    /**
     * Starts it.
     *
     * @param name of its thread
     * @param onDone called on that thread when an errand is done, so that the shard wakes up
     */
    public ErrandThread(String name, Runnable onDone) {
        this.onDone = onDone;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    // --- shard thread

    @Override
    public void submit(Errand errand) {
        if (waiting == ErrandRing.CAPACITY || closed) {
            throw new IllegalStateException(closed ? "closed" : waiting + " errands wait");
        }
        waiting++;
        asked.put(errand, null);
        // The put is volatile, as is the look at the sleeper: one of the two sides sees the other.
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public int poll() {
        int done = 0;
        for (Errand errand = answered.peek(); errand != null; errand = answered.peek()) {
            IOException failure = answered.failure();
            answered.remove();
            waiting--;
            done++;
            errand.done(failure);
        }
        return done;
    }

    @Override
    public boolean isWaiting() {
        return waiting > 0;
    }

    @Override
    public boolean isDone() {
        return answered.peek() != null;
    }

    @Override
    public void finish() {
        while (isWaiting()) {
            if (poll() == 0) {
                LockSupport.parkNanos(this, FINISH_PARK_NS);
            }
        }
    }

    /** Does what was submitted, then ends the thread; returns when it has ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // --- errand thread

    private void run() {
        while (true) {
            // Asked for first: nothing is submitted behind it, so nothing stays undone.
            boolean last = closed;
            Errand errand = asked.peek();
            if (errand != null) {
                asked.remove();
                answered.put(errand, failureOf(errand));
                onDone.run();
            } else if (last) {
                return;
            } else {
                sleep();
            }
        }
    }

    private void sleep() {
        asleep = true;
        if (asked.peek() == null && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /** What goes wrong in an errand is told to who sent it; the thread goes on. */
    private static @Nullable IOException failureOf(Errand errand) {
        try {
            errand.run();
            return null;
        } catch (IOException e) {
            return e;
        } catch (RuntimeException | Error e) {
            return new IOException(e.toString(), e);
        }
    }
}
