package io.millrace.broker.transport.inprocess;

import io.millrace.broker.ring.Doorbell;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Where a thread of the application sleeps until there is something for it; one at a time. */
final class Sleeper {
    private final Doorbell doorbell = new Doorbell();
    private volatile @Nullable Thread thread;

    /**
     * Sleeps unless there is something to do; also returns for no reason.
     *
     * @throws InterruptedIOException if the thread is interrupted, which it stays
     */
    void sleep(BooleanSupplier nothingToDo) throws InterruptedIOException {
        thread = Thread.currentThread();
        if (!doorbell.maySleep(nothingToDo)) {
            return;
        }
        LockSupport.park(this);
        doorbell.awake();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Wakes whoever sleeps; for any thread, behind what there is to do. */
    void wake() {
        if (doorbell.ring()) {
            LockSupport.unpark(thread);
        }
    }
}
