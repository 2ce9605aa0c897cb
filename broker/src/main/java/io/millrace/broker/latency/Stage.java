package io.millrace.broker.latency;

/** A part of a message's way through the server. */
public enum Stage {
    /** From the bytes' arrival at the I/O loop to the router's beginning with them. */
    READ_TO_ROUTE("read_to_route"),
    /** From the router's beginning with a stretch to the end of the batch that it was in. */
    ROUTE_TO_FLUSH("route_to_flush"),
    /** The system calls that hand a connection's bytes to the kernel. */
    SOCKET_WRITE("socket_write"),
    /** From the bytes' arrival to the kernel's having taken what they caused for a connection. */
    READ_TO_SENT("read_to_sent");

    private final String text;

    Stage(String text) {
        this.text = text;
    }

    /** The stage's name for monitoring. */
    public String text() {
        return text;
    }
}
