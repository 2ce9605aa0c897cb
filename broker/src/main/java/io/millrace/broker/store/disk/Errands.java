package io.millrace.broker.store.disk;

/**
 * Where the shard thread has errands done: elsewhere, one after the other, in order. All methods
 * are the shard thread's.
 */
public interface Errands {
    /**
     * Has it done.
     *
     * @throws IllegalStateException if too many wait: who submits one waits for it before the next
     */
    void submit(Errand errand);

    /** Calls {@link Errand#done} of those that are done; returns of how many. */
    int poll();

    /** Whether any isn't done yet, or hasn't been polled. */
    boolean isWaiting();

    /** Whether {@link #poll} has something to call. */
    boolean isDone();

    /** Waits until all are done, those that come up meanwhile, too: for the end of it all. */
    void finish();
}
