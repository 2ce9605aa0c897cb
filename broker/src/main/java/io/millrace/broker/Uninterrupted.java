package io.millrace.broker;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** Waiting that an interrupt doesn't cut short: what is waited for ends in bounded time anyway. */
final class Uninterrupted {
    private Uninterrupted() {}

    /** Waits for something once. */
    @FunctionalInterface
    private interface Wait {
        void once() throws InterruptedException;
    }

    /** Waits for a thread's end; an interrupt shows again behind it. */
    static void join(Thread thread) {
        until(() -> !thread.isAlive(), thread::join);
    }

    /** Waits until somebody has done something; an interrupt shows again behind it. */
    static void await(CountDownLatch done) {
        until(() -> done.getCount() == 0, done::await);
    }

    private static void until(BooleanSupplier isOver, Wait wait) {
        boolean interrupted = false;
        while (!isOver.getAsBoolean()) {
            try {
                wait.once();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
