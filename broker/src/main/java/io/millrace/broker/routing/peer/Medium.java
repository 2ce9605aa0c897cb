package io.millrace.broker.routing.peer;

/** What a client has come over; texts as the reference's logs and monitoring have them. */
public enum Medium {
    /** A socket. */
    SOCKET("nats", "cid", ""),
    /** WebSocket, on a socket of its own port. */
    WEBSOCKET("websocket", "wid", "_ws"),
    /** Nothing: it is in this JVM. */
    IN_PROCESS("nats", "cid", "");

    private final String type;
    private final String idLabel;
    private final String idSuffix;

    Medium(String type, String idLabel, String idSuffix) {
        this.type = type;
        this.idLabel = idLabel;
        this.idSuffix = idSuffix;
    }

    /** What monitoring and events call a client's type. */
    public String type() {
        return type;
    }

    /** What stands before the client's number in log lines. */
    String idLabel() {
        return idLabel;
    }

    /** What stands behind what other kinds than clients are called there. */
    String idSuffix() {
        return idSuffix;
    }
}
