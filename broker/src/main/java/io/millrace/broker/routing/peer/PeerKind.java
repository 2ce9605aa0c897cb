package io.millrace.broker.routing.peer;

/** What a peer is; texts as the reference's log has them. */
public enum PeerKind {
    /** An application. */
    CLIENT("Client", "cid", false, 0),
    /** A server of the same cluster. */
    ROUTE("Router", "rid", true, 1),
    /** A part of the server itself. */
    SERVICE("Service", "service", false, 3),
    /** A leaf node of this server. */
    SPOKE("Leafnode", "lid", true, 4),
    /** A server whose leaf node this one is. */
    HUB("Leafnode", "lid", true, 4),
    /** A server of another cluster. */
    GATEWAY("Gateway", "gid", true, 2);

    private final String text;
    private final String idLabel;
    private final boolean server;
    private final int number;

    PeerKind(String text, String idLabel, boolean server, int number) {
        this.text = text;
        this.idLabel = idLabel;
        this.server = server;
        this.number = number;
    }

    /** What the reference numbers it, where it is written as a number. */
    public int number() {
        return number;
    }

    /** Whether it is the other side of a leaf node's connection. */
    public boolean isLeaf() {
        return this == SPOKE || this == HUB;
    }

    /** Whether it is a server whose leaf node this one is. */
    public boolean isHub() {
        return this == HUB;
    }

    /** Its bit in a set of kinds. */
    public int bit() {
        return 1 << ordinal();
    }

    /** Whether it is another server. */
    public boolean isServer() {
        return server;
    }

    /** Whether it goes without what it can't take in, where others would be closed. */
    public boolean isSpared() {
        return this == SERVICE;
    }

    /** Whether what it does shows in the server's numbers. */
    public boolean isCounted() {
        return this != SERVICE;
    }

    /** How log lines name it. */
    public String text() {
        return text;
    }

    /** What stands before the connection's number in log lines. */
    String idLabel() {
        return idLabel;
    }
}
