package io.millrace.broker.routing.peer;

/**
 * Somebody whose requests into other accounts say who asks: a client, or the other side of a leaf
 * node's connection, whatever that says of those behind it. Routing thread.
 */
public interface Asker {
    Peer peer();

    /** The user or public key it is known by; never a secret; empty for none. */
    String user();

    /** What it calls itself; empty for nothing. */
    String name();

    /** The language of its library; empty if it didn't say. */
    String lang();

    /** The version of its library or server; empty if it didn't say. */
    String version();

    /** What monitoring calls its type; empty for who isn't a client. */
    String type();
}
