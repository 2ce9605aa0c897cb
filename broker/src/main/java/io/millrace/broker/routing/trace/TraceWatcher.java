package io.millrace.broker.routing.trace;

/**
 * Is told what has become of traced messages. Called on the routing thread, so it may not wait;
 * what it can't take is its loss.
 */
@FunctionalInterface
public interface TraceWatcher {
    /** Nobody is told. */
    TraceWatcher NOBODY = _ -> {};

    void traced(TracedMessage message);
}
