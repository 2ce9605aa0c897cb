package io.millrace.broker.jetstream;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What other threads have the shard say or do, one after the other. Whoever asks waits; the shard
 * looks for more between its messages, and never does.
 */
final class Questions {
    /** So many may wait; it is people and monitoring who ask. */
    private static final int MOST = 64;

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    /** Something that the shard does in parts, so that messages don't wait for all of it. */
    @FunctionalInterface
    interface Work<T> {
        /** Does a part, on the shard's thread; null until it is done. */
        @Nullable T step();
    }

    private record Asked<T>(Work<T> work, CompletableFuture<T> answer) {
        /** Whether it is done. */
        boolean step() {
            if (answer.isDone()) {
                // Nobody waits for it any more.
                return true;
            }
            try {
                T done = work.step();
                return done != null && answer.complete(done);
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
                // It is a defect all the same, and logged as one.
                throw e;
            }
        }

        void end() {
            answer.completeExceptionally(new IllegalStateException("JetStream has ended"));
        }
    }

    private final BlockingQueue<Asked<?>> waiting = new LinkedBlockingQueue<>(MOST);
    private final Runnable bell;
    private volatile boolean ended;

    /**
     * Nothing is asked yet.
     *
     * @param bell wakes the shard's thread; any thread
     */
    Questions(Runnable bell) {
        this.bell = bell;
    }

    /**
     * Has it done and waits for the answer. Any thread but the shard's.
     *
     * @throws IllegalStateException if there is no answer within some five seconds, or making it
     *     failed, which is the cause then, or the shard has ended
     */
    <T> T ask(Work<T> work) throws InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            if (waiting.offer(new Asked<>(work, answer), TIMEOUT_NS, TimeUnit.NANOSECONDS)) {
                bell.run();
                if (ended) {
                    waiting.forEach(Asked::end);
                }
                return answer.get(TIMEOUT_NS, TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("JetStream has no answer", e.getCause());
        } catch (TimeoutException e) {
            // as without room for the question
        } finally {
            answer.cancel(false);
        }
        throw new IllegalStateException("JetStream doesn't answer");
    }

    // --- the shard's thread

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Goes on with one; whether there is more to do at once. */
    boolean poll() {
        Asked<?> first = waiting.peek();
        if (first == null) {
            return false;
        }
        boolean done = true;
        try {
            done = first.step();
        } finally {
            if (done) {
                waiting.remove();
            }
        }
        return !waiting.isEmpty();
    }

    /** Nothing is done any more. */
    void end() {
        ended = true;
        waiting.forEach(Asked::end);
    }
}
