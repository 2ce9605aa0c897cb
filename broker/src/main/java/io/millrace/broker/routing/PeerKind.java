package io.millrace.broker.routing;

/** What is at the other end of a connection; texts as the reference's log has them. */
public enum PeerKind {
    /** An application. */
    CLIENT("Client", "cid"),
    /** A server of the same cluster. */
    ROUTE("Router", "rid");

    private final String text;
    private final String idLabel;

    PeerKind(String text, String idLabel) {
        this.text = text;
        this.idLabel = idLabel;
    }

    /** How log lines name it. */
    String text() {
        return text;
    }

    /** What stands before the connection's number in log lines. */
    String idLabel() {
        return idLabel;
    }
}
