package io.millrace.broker.leaf;

/** Connects to other servers. */
public interface LeafDialer {
    /**
     * Tries to connect. What comes of it is told on the routing thread: a connection that is open,
     * or {@link LeafTopology#onDialFailed}. Returns at once.
     *
     * @param attempt how often it was tried before, plus one
     * @param delayMs how long to wait before
     */
    void dial(LeafTarget target, int attempt, long delayMs);
}
