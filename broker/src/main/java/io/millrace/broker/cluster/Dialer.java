package io.millrace.broker.cluster;

/** Connects to other servers. */
public interface Dialer {
    /**
     * Tries to connect. What comes of it is told on the routing thread: a route that is open, or
     * {@link Mesh#onDialFailed}. Returns at once.
     *
     * @param attempt how often it was tried before, plus one
     * @param delayMs how long to wait before
     */
    void dial(RouteTarget target, int attempt, long delayMs);
}
