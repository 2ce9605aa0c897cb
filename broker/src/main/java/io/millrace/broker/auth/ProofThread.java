package io.millrace.broker.auth;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Looks at proofs that take long, bcrypt hashes most of all, so that no I/O loop has to.
 *
 * <p>Few threads, which exist only while there is something to do. A connection waits for one proof
 * at a time, and proofs that nobody waits for any more are thrown out before they outnumber the
 * others, so what waits here is bounded by the number of connections.
 */
public final class ProofThread implements AutoCloseable {
    private static final long IDLE_S = 10;

    /** So few proofs that it doesn't matter whether anybody waits for them. */
    private static final int FEW = 1024;

    private final ThreadPoolExecutor threads;

    /** When so many wait, those go that are not awaited. */
    private int many = FEW;

    private record Task(BooleanSupplier proof, Authentication.Outcome whenDone)
            implements Runnable {
        @Override
        public void run() {
            if (!whenDone.isAwaited()) {
                return;
            }
            boolean holds = proof.getAsBoolean();
            if (whenDone.isAwaited()) {
                whenDone.accept(holds);
            }
        }
    }

    /**
     * Makes it; nothing runs yet.
     *
     * @param cores processors of the machine; half of them may be busy with proofs
     */
    public ProofThread(int cores) {
        int count = Math.max(1, cores / 2);
        threads =
                new ThreadPoolExecutor(
                        count,
                        count,
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

    /** Looks at a proof, after those that came before; never if the server is closing. */
    void prove(BooleanSupplier proof, Authentication.Outcome whenDone) {
        if (!threads.isShutdown()) {
            throwOut();
            threads.execute(new Task(proof, whenDone));
        }
    }

    private synchronized void throwOut() {
        BlockingQueue<Runnable> waiting = threads.getQueue();
        if (waiting.size() >= many) {
            waiting.removeIf(task -> !((Task) task).whenDone.isAwaited());
            many = Math.max(FEW, 2 * waiting.size());
        }
    }

    /** Proofs that nobody has begun to look at. */
    int waiting() {
        return threads.getQueue().size();
    }

    /** Drops what waits. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
