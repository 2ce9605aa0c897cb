package io.millrace.broker.routing.peer;

/** Knows what routes are for, and hears what they answer. Routing thread. */
public interface RouteWatcher {
    /** Of a server that is in no cluster. */
    RouteWatcher NONE =
            new RouteWatcher() {
                @Override
                public void onPong(Route route) {}

                @Override
                public RouteFacts factsOf(Route route) {
                    return RouteFacts.UNKNOWN;
                }

                @Override
                public int remoteCount() {
                    return 0;
                }
            };

    /** The other server has answered a PING. */
    void onPong(Route route);

    /** What is known of a route beyond what crosses it. */
    RouteFacts factsOf(Route route);

    /** Number of servers that a route of the pool leads to. */
    int remoteCount();
}
