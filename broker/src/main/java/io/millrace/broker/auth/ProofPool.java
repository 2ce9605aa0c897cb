package io.millrace.broker.auth;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks at proofs that take long, so that no I/O loop has to, in the order of a {@link ProofQueue}.
 * Few threads, which exist only while there is something to do.
 */
final class ProofPool implements AutoCloseable {
    private static final long IDLE_S = 10;

    private final ProofQueue queue;
    private final ProofMemory memory;
    private final ThreadPoolExecutor threads;
    private final int most;

    /** Threads at it. Guarded by this. */
    private int busy;

    /**
     * Makes it; nothing runs yet.
     *
     * @param most proofs that may be looked at at once
     */
    ProofPool(ProofQueue queue, ProofMemory memory, int most) {
        this.queue = queue;
        this.memory = memory;
        this.most = most;
        threads =
                new ThreadPoolExecutor(
                        most,
                        most,
                        IDLE_S,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "millrace-auth");
                            thread.setDaemon(true);
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Something has come to wait in the queue. */
    synchronized void wakeUp() {
        if (busy == most || threads.isShutdown()) {
            return;
        }
        try {
            threads.execute(this::work);
            busy++;
        } catch (RejectedExecutionException e) {
            // Closed meanwhile.
        }
    }

    private void work() {
        for (ProofQueue.Question next = next(); next != null; next = next()) {
            boolean holds = look(next);
            try {
                queue.done(next, holds).forEach(outcome -> tell(outcome, holds));
            } catch (RuntimeException | Error e) {
                // One proof's fault, or no memory: the others still wait for this thread.
            }
        }
    }

    /** Under the same lock as {@link #wakeUp}, so that nothing comes between none and the end. */
    private synchronized ProofQueue.@Nullable Question next() {
        ProofQueue.Question next = threads.isShutdown() ? null : queue.next();
        if (next == null) {
            busy--;
        }
        return next;
    }

    private boolean look(ProofQueue.Question question) {
        try {
            boolean holds = question.proof.holds();
            if (question.digest != null) {
                memory.remember(question.digest, holds);
            }
            return holds;
        } catch (RuntimeException | Error e) {
            // Whatever can't be looked at doesn't hold; it isn't remembered as wrong, either.
            return false;
        }
    }

    private static void tell(Authentication.Outcome outcome, boolean holds) {
        try {
            outcome.accept(holds);
        } catch (RuntimeException | Error e) {
            // Its loop has ended; that is no concern of the others.
        }
    }

    /** Drops what waits. */
    @Override
    public void close() {
        threads.shutdownNow();
        queue.clear();
    }
}
