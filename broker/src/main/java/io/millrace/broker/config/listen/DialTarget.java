package io.millrace.broker.config.listen;

/** A server to be connected to: what a dialer, and the TLS of the connection, must know of it. */
public interface DialTarget {
    /** A name or an address, IPv6 without brackets. */
    String host();

    /** 1..65535; 0 if none is known, which can't be connected to. */
    int port();

    /**
     * Under which name its certificate is expected where the host is just an address; empty for the
     * address. Any thread.
     */
    default String certificateName() {
        return "";
    }

    /** Its certificate turned out to have another name than this. Any thread. */
    default void isNot(String name) {}

    /** How long it may take to connect, in milliseconds. */
    default int connectTimeoutMs() {
        return 1_000;
    }
}
