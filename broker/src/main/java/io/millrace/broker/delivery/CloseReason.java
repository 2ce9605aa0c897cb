package io.millrace.broker.delivery;

/** Why a connection ended; texts as in the reference's monitoring and logs, but for the last. */
public enum CloseReason {
    CLIENT_CLOSED("Client Closed"),
    AUTHENTICATION_TIMEOUT("Authentication Timeout"),
    AUTHENTICATION_FAILURE("Authentication Failure"),
    SLOW_CONSUMER_PENDING_BYTES("Slow Consumer (Pending Bytes)"),
    SLOW_CONSUMER_WRITE_DEADLINE("Slow Consumer (Write Deadline)"),
    TLS_HANDSHAKE_FAILURE("TLS Handshake Failure"),
    WRITE_ERROR("Write Error"),
    READ_ERROR("Read Error"),
    PARSE_ERROR("Parse Error"),
    STALE_CONNECTION("Stale Connection"),
    PROTOCOL_VIOLATION("Protocol Violation"),
    BAD_CLIENT_PROTOCOL_VERSION("Bad Client Protocol Version"),
    MAX_CONNECTIONS_EXCEEDED("Maximum Connections Exceeded"),
    MAX_ACCOUNT_CONNECTIONS_EXCEEDED("Maximum Account Connections Exceeded"),
    MAX_PAYLOAD_EXCEEDED("Maximum Message Payload Exceeded"),
    MAX_SUBSCRIPTIONS_EXCEEDED("Maximum Subscriptions Exceeded"),
    MAX_CONTROL_LINE_EXCEEDED("Maximum Control Line Exceeded"),
    SERVER_SHUTDOWN("Server Shutdown"),
    NO_RESPONDERS_REQUIRES_HEADERS("No Responders Requires Headers"),
    INCORRECT_PORT("Incorrect Port"),
    WRONG_GATEWAY("Wrong Gateway"),
    CLUSTER_NAME_CONFLICT("Cluster Name Conflict"),
    DUPLICATE_ROUTE("Duplicate Route"),
    DUPLICATE_SERVER_NAME("Duplicate Server Name"),
    MISSING_ACCOUNT("Missing Account"),
    ROUTE_REMOVED("Route Removed"),
    CLUSTER_NAMES_IDENTICAL("Cluster Names Identical"),
    DUPLICATE_REMOTE_LEAFNODE_CONNECTION("Duplicate Remote LeafNode Connection"),
    MINIMUM_VERSION_REQUIRED("Minimum Version Required"),
    KICKED("Kicked"),
    SERVER_DEFECT("Server Defect");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
