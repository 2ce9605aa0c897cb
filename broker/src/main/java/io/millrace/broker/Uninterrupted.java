package io.millrace.broker;

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
}
