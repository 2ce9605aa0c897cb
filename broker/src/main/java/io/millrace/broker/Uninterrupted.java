package io.millrace.broker;

import java.util.concurrent.CountDownLatch;

/** Waiting that an interrupt doesn't cut short: what is waited for ends in bounded time anyway. */
final class Uninterrupted {
    private Uninterrupted() {}

    /** Waits for a thread's end; an interrupt shows again behind it. */
    static void join(Thread thread) {
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

    /** Waits until somebody has done something; an interrupt shows again behind it. */
    static void await(CountDownLatch done) {
        boolean interrupted = false;
        while (done.getCount() > 0) {
            try {
                done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
