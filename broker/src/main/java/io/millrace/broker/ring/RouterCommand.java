package io.millrace.broker.ring;

import io.millrace.broker.routing.Router;

/** Something rare that the routing thread is asked to do: read or change its state as a whole. */
@FunctionalInterface
public interface RouterCommand {
    /** Runs on the routing thread; must not block. */
    void run(Router router);
}
