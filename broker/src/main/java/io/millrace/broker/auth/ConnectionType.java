package io.millrace.broker.auth;

import io.millrace.broker.routing.peer.Medium;

/** How a client has come, by the reference's names for what users may be confined to. */
public enum ConnectionType {
    /** Over a socket. */
    STANDARD(Medium.SOCKET),
    /** By WebSocket. */
    WEBSOCKET(Medium.WEBSOCKET),
    /** From an application in this JVM. */
    IN_PROCESS(Medium.IN_PROCESS),
    /** As a leaf node. */
    LEAFNODE(Medium.SOCKET),
    /** As a leaf node, by WebSocket. */
    LEAFNODE_WS(Medium.WEBSOCKET);

    private final Medium medium;

    ConnectionType(Medium medium) {
        this.medium = medium;
    }

    /** The type of clients that come over something. */
    public static ConnectionType of(Medium medium) {
        return switch (medium) {
            case SOCKET -> STANDARD;
            case WEBSOCKET -> WEBSOCKET;
            case IN_PROCESS -> IN_PROCESS;
        };
    }

    /** The type of leaf nodes that come over something. */
    public static ConnectionType ofLeafNode(Medium medium) {
        return medium == Medium.WEBSOCKET ? LEAFNODE_WS : LEAFNODE;
    }

    /** What they come over. */
    public Medium medium() {
        return medium;
    }
}
