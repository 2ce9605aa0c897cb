package io.millrace.broker;

/**
 * Hears what happens in a server, on a thread of the server's that does nothing else: one event
 * after the other. Where a listener takes so long that 4096 of them wait, further ones are dropped,
 * and {@link #onDropped} says how many. What it throws is logged, and of no further consequence.
 *
 * <p>A listener may ask the server whatever it likes, and close it. A closed server tells what has
 * happened until then, waits two seconds at most for it to be heard, and interrupts who hasn't
 * returned by then.
 */
public interface ServerListener {
    /**
     * Somebody who is connected.
     *
     * @param cid the connection's number
     * @param name what it calls itself, 256 characters of it at most; empty if it doesn't
     * @param account that it belongs to; empty if that isn't known
     * @param host its address
     * @param port its port; 0 in process
     */
    record Client(long cid, String name, String account, String host, int port) {}

    /**
     * A connection to another server.
     *
     * @param kind what the other server is
     * @param id the connection's number
     * @param name the other server's, 256 characters of it at most
     * @param account the only one that it carries; empty if it carries several
     * @param host its address
     * @param port its port
     */
    record Route(Kind kind, long id, String name, String account, String host, int port) {
        /** What the other server is. */
        public enum Kind {
            /** One of the same cluster. */
            ROUTE,
            /** One of another cluster. */
            GATEWAY,
            /** A leaf node of this server. */
            LEAF_NODE,
            /** The server whose leaf node this one is. */
            HUB
        }
    }

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

    /**
     * Messages cross a connection to another server from here on. In a cluster there are several to
     * each, one of them for each part of the accounts.
     */
    default void onRouteUp(Route route) {}

    /**
     * A connection to another server that was up is gone.
     *
     * @param reason in the words of monitoring
     */
    default void onRouteDown(Route route, String reason) {}

    /**
     * The server has logged an error.
     *
     * @param text 2048 characters of it at most
     */
    default void onError(String text) {}

    /**
     * Events were dropped because listeners took too long. Told once a second at most, before the
     * next event.
     *
     * @param count since this was told last
     */
    default void onDropped(long count) {}
}
