package io.millrace.broker.store.block;

import io.millrace.broker.store.disk.Errand;
import io.millrace.broker.store.disk.Errands;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Errands that are done when the test wants it. */
final class ManualErrands implements Errands {
    private final Deque<Errand> submitted = new ArrayDeque<>();
    private final Deque<Runnable> done = new ArrayDeque<>();

    @Override
    public void submit(Errand errand) {
        submitted.add(errand);
    }

    /** Does one, if there is one. */
    void run() {
        Errand errand = submitted.poll();
        if (errand != null) {
            IOException failure = failure(errand);
            done.add(() -> errand.done(failure));
        }
    }

    private static @Nullable IOException failure(Errand errand) {
        try {
            errand.run();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    @Override
    public int poll() {
        int count = 0;
        while (!done.isEmpty()) {
            done.remove().run();
            count++;
        }
        return count;
    }

    @Override
    public boolean isWaiting() {
        return !submitted.isEmpty() || !done.isEmpty();
    }

    @Override
    public boolean isDone() {
        return !done.isEmpty();
    }

    @Override
    public void finish() {
        runAll();
    }

    /** Whoever does errands is no more. */
    void cut() {
        poll();
        while (!submitted.isEmpty()) {
            submitted.remove().done(new IOException("cut"));
        }
    }

    /** Does all there are, and those that come of it. */
    void runAll() {
        while (isWaiting()) {
            run();
            poll();
        }
    }
}
