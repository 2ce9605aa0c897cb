package io.millrace.broker.monitor.http;

import io.millrace.broker.log.ServerLog;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the answers that take time, one after the other, so that the monitor thread has none of it
 * and no more than one answer is being made. The addresses that ask take turns: many requests of
 * one don't keep the others waiting.
 *
 * <p>What waits is bounded by the number of connections, each of which asks one thing at a time.
 */
final class AnswerThread {
    private static final long STOP_TIMEOUT_MS = 5_000;

    private final Map<InetAddress, ArrayDeque<Runnable>> waiting = new LinkedHashMap<>();
    private final ServerLog log;
    private final Thread thread;
    private @Nullable Tick tick;
    private boolean closed;

    /** What is done now and then. */
    interface Tick {
        void run() throws InterruptedException;
    }

    /** Starts it. */
    AnswerThread(String name, ServerLog log) {
        this.log = log;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers a request of an address, in turn. Any thread. */
    synchronized void ask(InetAddress address, Runnable question) {
        waiting.computeIfAbsent(address, _ -> new ArrayDeque<>()).add(question);
        notifyAll();
    }

    /** Does something before the next question, unless that waits already. Any thread. */
    synchronized void tick(Tick next) {
        tick = next;
        notifyAll();
    }

    private void run() {
        Runnable question = next();
        while (question != null) {
            try {
                question.run();
            } catch (RuntimeException e) {
                log.error("Monitoring failed: " + e);
            }
            question = next();
        }
    }

    private synchronized @Nullable Runnable next() {
        try {
            while (waiting.isEmpty() && tick == null && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            return null;
        }
        if (closed) {
            return null;
        }
        Tick due = tick;
        if (due != null) {
            tick = null;
            return () -> run(due);
        }
        var turn = waiting.entrySet().iterator().next();
        InetAddress address = turn.getKey();
        ArrayDeque<Runnable> questions = turn.getValue();
        waiting.remove(address);
        Runnable question = questions.remove();
        if (!questions.isEmpty()) {
            waiting.put(address, questions);
        }
        return question;
    }

    private static void run(Tick due) {
        try {
            due.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drops what waits, and ends the thread; within about five seconds. */
    void close() {
        synchronized (this) {
            closed = true;
            waiting.clear();
            notifyAll();
        }
        thread.interrupt();
        try {
            thread.join(STOP_TIMEOUT_MS);
        } catch (InterruptedException e) {
            // It ends by itself, and the caller has more to close.
            Thread.currentThread().interrupt();
        }
    }
}
