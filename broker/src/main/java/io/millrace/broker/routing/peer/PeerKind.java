package io.millrace.broker.routing.peer;

/** What a peer is; texts as the reference's log has them. */
public enum PeerKind {
    /** An application. */
    CLIENT("Client", "cid", false),
    /** A server of the same cluster. */
    ROUTE("Router", "rid", true),
    /** A part of the server itself. */
    SERVICE("Service", "service", false);

    private final String text;
    private final String idLabel;
    private final boolean server;

    PeerKind(String text, String idLabel, boolean server) {
        this.text = text;
        this.idLabel = idLabel;
        this.server = server;
    }

    /** Whether it is another server. */
    boolean isServer() {
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
