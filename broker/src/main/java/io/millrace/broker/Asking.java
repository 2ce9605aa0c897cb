package io.millrace.broker;

import io.millrace.broker.connection.IoLoop;
import io.millrace.broker.ring.RouterCommand;
import io.millrace.broker.routing.Router;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** How all other threads of a server speak to the routing thread. MessageThreads share it. */
final class Asking {
    private static final long ANSWER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final MessageThreads threads;
    private volatile boolean ended;

    Asking(MessageThreads threads) {
        this.threads = threads;
    }

    /**
     * Asks the routing thread something and waits for the answer. Not for I/O loops.
     *
     * @throws IllegalStateException if there is no answer within some five seconds, or making it
     *     failed, which is the cause then, or the server is closed
     */
    <T> T ask(Function<Router, T> question) throws InterruptedException {
        if (ended) {
            throw new IllegalStateException("the server is closed");
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean asked = tell(r -> answer(r, question, answer), ANSWER_TIMEOUT_NS);
        try {
            if (asked) {
                return answer.get(ANSWER_TIMEOUT_NS, TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the routing thread has no answer", e.getCause());
        } catch (TimeoutException e) {
            // as without room for the question
        }
        throw new IllegalStateException("the routing thread doesn't answer");
    }

    private static <T> void answer(
            Router router, Function<Router, T> question, CompletableFuture<T> answer) {
        try {
            answer.complete(question.apply(router));
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            // It is a defect all the same, and logged as one.
            throw e;
        }
    }

    /** Has the routing thread do something. Not for I/O loops. */
    void tell(RouterCommand command) {
        threads.ring().put(command);
    }

    /**
     * As {@link #tell(RouterCommand)}, but doesn't wait for ever.
     *
     * @param timeoutNs how long it waits for room; at least 1
     * @return false if there was none
     */
    boolean tell(RouterCommand command, long timeoutNs) {
        return threads.ring().put(command, timeoutNs);
    }

    /** Has the routing thread do something soon. Any thread, I/O loops included. */
    void tellSoon(RouterCommand command) {
        IoLoop loop = threads.someLoop();
        loop.eventLoop().execute(() -> loop.command(command));
    }

    /** Nothing is asked any more: the routing thread is about to end. */
    void end() {
        ended = true;
    }
}
