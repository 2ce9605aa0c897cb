package io.millrace.broker.routing.peer;

/** Knows what leaf node connections are for, and hears what becomes of them. Routing thread. */
public interface LeafWatcher {
    /** Of a server without leaf nodes. */
    LeafWatcher NONE =
            new LeafWatcher() {
                @Override
                public void onPong(Leaf leaf) {}

                @Override
                public void onLoop(Leaf leaf) {}

                @Override
                public void onViolation(Leaf leaf) {}

                @Override
                public LeafFacts factsOf(Leaf leaf) {
                    return LeafFacts.UNKNOWN;
                }
            };

    /** The other side has answered a PING. */
    void onPong(Leaf leaf);

    /** What this server says to find loops has come back over this connection. */
    void onLoop(Leaf leaf);

    /** What the other side has sent or asked for isn't allowed; the connection ends therefore. */
    void onViolation(Leaf leaf);

    /** What is known of a connection beyond what crosses it. */
    LeafFacts factsOf(Leaf leaf);
}
