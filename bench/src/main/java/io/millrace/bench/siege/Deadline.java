package io.millrace.bench.siege;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When something has to end.
 *
 * @param atNs by {@link System#nanoTime}
 */
record Deadline(long atNs) {
    private static final long LOOK_NS = 5_000_000;

    static Deadline inSeconds(double seconds) {
        return new Deadline(System.nanoTime() + (long) (seconds * 1e9));
    }

    /** This one, or the one in so many seconds if that is later. */
    Deadline atLeast(double seconds) {
        Deadline other = inSeconds(seconds);
        return other.atNs - atNs > 0 ? other : this;
    }

    boolean isOver() {
        return System.nanoTime() - atNs >= 0;
    }

    /** Milliseconds that are left; at least 1. */
    long leftMs() {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(atNs - System.nanoTime()));
    }

    /** Waits for it. */
    void await() throws InterruptedException {
        while (!isOver()) {
            pause(atNs - System.nanoTime());
        }
    }

    /** Waits so long, but not beyond it. */
    void pause(long ns) throws InterruptedException {
        long end = Math.min(atNs - System.nanoTime(), ns) + System.nanoTime();
        while (System.nanoTime() < end) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(Math.min(LOOK_NS, end - System.nanoTime()));
        }
    }
}
