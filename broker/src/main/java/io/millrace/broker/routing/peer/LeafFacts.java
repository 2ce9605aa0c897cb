package io.millrace.broker.routing.peer;

/**
 * What the topology knows of a leaf node connection.
 *
 * @param name of the other server; empty until it has said
 * @param user who it is, where it has dialed
 * @param account this server's account
 * @param spoke whether this server is the spoke
 * @param solicited whether this server has dialed
 * @param isolated whether the other side isn't told of the interest of other leaf nodes
 * @param compression how it is compressed, as the reference calls it
 * @param webSocket whether it is a WebSocket
 */
public record LeafFacts(
        String name,
        LeafUser user,
        String account,
        boolean spoke,
        boolean solicited,
        boolean isolated,
        String compression,
        boolean webSocket) {
    /** Of a connection of which nothing is known. */
    public static final LeafFacts UNKNOWN =
            new LeafFacts("", LeafUser.NONE, "", false, false, false, "", false);
}
