package io.millrace.broker.routing.watch;

import io.millrace.broker.routing.peer.Peer;

/** Who watches interest, and is told. Routing thread. */
public interface Watcher {
    /** Whose own subscriptions don't count, and who owes what its watches take up. */
    Peer peer();

    /**
     * Tells how it is now.
     *
     * @param watch the watcher's number of its watch
     * @throws OutOfMemoryError if there is no memory for that; nothing is told then
     */
    void tell(int watch, boolean interested);

    /**
     * Tells that a watch has ended, of which it is told nothing more.
     *
     * @throws OutOfMemoryError if there is no memory for that; nothing is told then
     */
    void ended(int watch);
}
