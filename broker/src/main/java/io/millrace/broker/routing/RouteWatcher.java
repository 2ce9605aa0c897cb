package io.millrace.broker.routing;

/** Hears what routes answer. Routing thread. */
@FunctionalInterface
public interface RouteWatcher {
    /** The other server has answered a PING. */
    void onPong(Route route);
}
