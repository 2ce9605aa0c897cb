package io.millrace.broker;

/**
 * Hears what happens in a server, on a thread of the server's that does nothing else: one event
 * after the other. Where a listener takes so long that 4096 of them wait, further ones are dropped.
 */
public interface ServerListener {
    /**
     * Somebody who is connected.
     *
     * @param cid the connection's number
     * @param name what it calls itself; empty if it doesn't
     * @param account that it belongs to; empty if that isn't known
     * @param host its address
     * @param port its port; 0 in process
     */
    record Client(long cid, String name, String account, String host, int port) {}

    /** A client, or a leaf node, has said who it is and is let in. */
    default void onConnect(Client client) {}

    /**
     * A connection is gone, whether it ever said who it is or not.
     *
     * @param reason in the words of monitoring
     */
    default void onDisconnect(Client client, String reason) {}

    /**
     * A client, or another server, begins to be too slow: much waits for it, or it missed a
     * deadline.
     *
     * @param subject of the message that was one too many; empty if it was none
     * @param pendingBytes that wait for it
     */
    default void onSlowConsumer(Client client, String subject, long pendingBytes) {}

    /** The server has logged an error. */
    default void onError(String text) {}
}
