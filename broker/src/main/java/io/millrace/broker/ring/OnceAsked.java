package io.millrace.broker.ring;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Has an I/O loop do something, once however often it is asked meanwhile. Any thread. */
public final class OnceAsked implements Runnable {
    private final Consumer<Runnable> loop;
    private final Runnable task;
    private final AtomicBoolean asked = new AtomicBoolean();

    /**
     * Has nothing done yet.
     *
     * @param loop runs what it is given, at a time of its choice; may reject it once it is closed
     * @param task run there
     */
    public OnceAsked(Consumer<Runnable> loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    /** Asks for it. */
    @Override
    public void run() {
        try {
            if (asked.compareAndSet(false, true)) {
                loop.accept(this::runTask);
            }
        } catch (RejectedExecutionException e) {
            // Closed meanwhile: nobody routes any more.
        }
    }

    private void runTask() {
        // Before it looks: what comes behind it asks anew.
        asked.set(false);
        task.run();
    }
}
