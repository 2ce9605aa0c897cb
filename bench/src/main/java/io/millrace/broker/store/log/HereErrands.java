package io.millrace.broker.store.log;

import io.millrace.broker.store.disk.Errand;
import io.millrace.broker.store.disk.Errands;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Errands that are done when they are polled for, on the same thread. */
final class HereErrands implements Errands {
    private final Deque<Errand> waiting = new ArrayDeque<>();

    @Override
    public void submit(Errand errand) {
        waiting.add(errand);
    }

    @Override
    public int poll() {
        int done = 0;
        for (Errand errand = waiting.poll(); errand != null; errand = waiting.poll()) {
            IOException failure = null;
            try {
                errand.run();
            } catch (IOException e) {
                failure = e;
            }
            errand.done(failure);
            done++;
        }
        return done;
    }

    @Override
    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    @Override
    public void finish() {
        poll();
    }

    @Override
    public boolean isDone() {
        return false;
    }
}
