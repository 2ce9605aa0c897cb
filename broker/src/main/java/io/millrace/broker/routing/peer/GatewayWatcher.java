package io.millrace.broker.routing.peer;

/** Knows what gateways are for, and hears what they answer. Routing thread. */
public interface GatewayWatcher {
    /** Of a server whose cluster is by itself. */
    GatewayWatcher NONE = new GatewayWatcher() {};

    /** The other server has answered a PING. */
    default void onPong(Gateway gateway) {}

    /** What is known of a gateway beyond what crosses it. */
    default GatewayFacts factsOf(Gateway gateway) {
        return GatewayFacts.UNKNOWN;
    }

    /**
     * The line that says that all interest in an account follows, or has been told: the other
     * cluster sends nothing else from then on.
     *
     * @param complete whether it has been told
     */
    default byte[] allInterest(String account, boolean complete) {
        return new byte[0];
    }
}
