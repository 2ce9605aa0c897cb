package io.millrace.broker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Has other options taken over by one thread at a time, and by none when the server closes: what a
 * late one opened would stay open. Any thread.
 */
final class Changes {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean ended;

    /**
     * A change begins; {@link #done} is to follow.
     *
     * @throws IllegalStateException if the server is closed; nothing is to follow then
     */
    void begin() throws InterruptedException {
        lock.lockInterruptibly();
        if (ended) {
            lock.unlock();
            throw new IllegalStateException("the server is closed");
        }
    }

    void done() {
        lock.unlock();
    }

    /** None begins any more; waits for the end of one that did, within bounds. */
    void end(long timeoutNs) throws InterruptedException {
        ended = true;
        if (lock.tryLock(timeoutNs, TimeUnit.NANOSECONDS)) {
            lock.unlock();
        }
    }
}
