package io.millrace.broker.auth;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks at proofs that take long, bcrypt hashes most of all, so that no I/O loop has to.
 *
 * <p>Few threads, which exist only while there is something to do. A connection waits for one proof
 * at a time, so what waits here is bounded by the number of connections.
 */
public final class ProofThread implements AutoCloseable {
    private static final long IDLE_S = 10;

    private final ThreadPoolExecutor threads;

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

    /** Runs a task, after those that came before. Dropped when the server is closing. */
    public void execute(Runnable task) {
        if (!threads.isShutdown()) {
            threads.execute(task);
        }
    }

    /** Drops what waits. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
