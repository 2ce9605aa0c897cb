package io.millrace.broker.auth;

/** How a client has come, by the reference's names for what users may be confined to. */
public enum ConnectionType {
    /** Over a socket. */
    STANDARD,
    /** From an application in this JVM. */
    IN_PROCESS
}
