package io.millrace.broker.store.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Errands that are done one by one when the simulation says so, in order. */
public final class SimulatedErrands implements Errands {
    private record Done(Errand errand, @Nullable IOException failure) {}

    private final Deque<Errand> asked = new ArrayDeque<>();
    private final Deque<Done> done = new ArrayDeque<>();

    @Override
    public void submit(Errand errand) {
        asked.add(errand);
    }

    /** Does the next one; false if there is none. The shard hears of it when it polls. */
    public boolean step() {
        Errand errand = asked.poll();
        if (errand == null) {
            return false;
        }
        IOException failure = null;
        try {
            errand.run();
        } catch (IOException e) {
            failure = e;
        }
        done.add(new Done(errand, failure));
        return true;
    }

    @Override
    public int poll() {
        int polled = 0;
        for (Done each = done.poll(); each != null; each = done.poll()) {
            each.errand().done(each.failure());
            polled++;
        }
        return polled;
    }

    @Override
    public boolean isWaiting() {
        return !asked.isEmpty() || !done.isEmpty();
    }

    @Override
    public boolean isDone() {
        return !done.isEmpty();
    }

    @Override
    public void finish() {
        while (isWaiting()) {
            step();
            poll();
        }
    }
}
