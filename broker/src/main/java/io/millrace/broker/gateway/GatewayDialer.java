package io.millrace.broker.gateway;

/** Connects to servers of other clusters. */
@FunctionalInterface
public interface GatewayDialer {
    /**
     * Tries to connect. What comes of it is told on the routing thread: a gateway that is open, or
     * {@link SuperCluster#onDialFailed}. Returns at once.
     *
     * @param attempt how often the cluster was tried before, plus one
     * @param delayMs how long to wait before
     */
    void dial(GatewayTarget target, int attempt, long delayMs);
}
