package io.millrace.broker.routing;

/** A {@link Peer} of some kind, with what only that kind has. */
public interface Sender {
    /** What all kinds have. */
    Peer peer();

    /**
     * Has the stretch routed to which the router has moved; each kind sends frames of its own.
     *
     * @param count frames of the stretch
     * @param nowNs when it came
     */
    void route(Router router, int count, long nowNs);
}
