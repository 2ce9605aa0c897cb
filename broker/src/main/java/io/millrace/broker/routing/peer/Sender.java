package io.millrace.broker.routing.peer;

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
    void route(FrameRouting routing, int count, long nowNs);
}
