package io.millrace.broker.routing.peer;

import org.jspecify.annotations.Nullable;

/** Watches producers that are held back. Called on the routing thread, so it may not wait. */
@FunctionalInterface
public interface StallWatcher {
    /**
     * A producer is held back from here on.
     *
     * @param consumer that is nearly too slow
     * @return called once when that is over, by whatever thread, unless the server ends before;
     *     null if nobody wants to know
     */
    @Nullable Runnable begun(Peer producer, Peer consumer);
}
