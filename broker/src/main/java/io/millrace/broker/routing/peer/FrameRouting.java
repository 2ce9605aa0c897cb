package io.millrace.broker.routing.peer;

/**
 * What becomes of the frames that a {@link Sender} has sent, by what it is. The stretch is the
 * router's, which is moved along it. Routing thread.
 */
public interface FrameRouting {
    /**
     * Routes what a client has sent.
     *
     * @param count frames, from 1
     * @param nowNs when they came, {@link System#nanoTime}
     */
    void of(Client client, int count, long nowNs);

    /** The same, for another server of the cluster. */
    void of(Route route, int count, long nowNs);

    /** The same, for the other side of a leaf node's connection. */
    void of(Leaf leaf, int count, long nowNs);

    /** The same, for a server of another cluster. */
    void of(Gateway gateway, int count, long nowNs);
}
