package io.millrace.broker.config.leaf;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.listen.DialTarget;
import io.millrace.broker.config.listen.UrlParts;

/**
 * Where a leaf node connects to: {@code nats-leaf://user:password@host:port}, or with a token in
 * the user's place; or {@code ws://host:port/path}, and the same with {@code wss}.
 *
 * @param scheme as it is written; only those of WebSocket matter
 * @param host a name or an address, IPv6 without brackets
 * @param port 1..65535
 * @param user who to be there, or a token; empty if the URL doesn't say
 * @param hasPassword whether a password is written, be it empty: without one the user is a token
 * @param password that user's password; none for none
 * @param path as it is written, with its first slash; empty for none; only matters by WebSocket
 */
public record LeafUrl(
        String scheme,
        String host,
        int port,
        Secret user,
        boolean hasPassword,
        Secret password,
        String path)
        implements DialTarget {
    /** The port that leaf nodes connect to by custom. */
    public static final int DEFAULT_PORT = 7422;

    /** The scheme of those that other servers tell of. */
    private static final String SCHEME = "nats-leaf";

    private static final String WS = "ws";
    private static final String WSS = "wss";

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it isn't one, or has no host; the message is the
     *     reference's, without user and password
     */
    public static LeafUrl parse(String text) {
        UrlParts url =
                UrlParts.of(text)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "error parsing leafnode url [\""
                                                        + UrlParts.redacted(text.strip())
                                                        + "\"]"));
        Secret password = url.password();
        return new LeafUrl(
                url.scheme(),
                url.host(),
                url.port() == 0 ? DEFAULT_PORT : url.port(),
                new Secret(url.user()),
                password != null,
                password == null ? Secret.NONE : password,
                url.path());
    }

    /**
     * The URL of an address that another server has told.
     *
     * @throws IllegalArgumentException if it isn't one
     */
    public static LeafUrl heardOf(String address) {
        return parse(SCHEME + "://" + address);
    }

    /**
     * The same of an address for those who come by WebSocket.
     *
     * @param secure whether by TLS
     * @throws IllegalArgumentException if it isn't one
     */
    public static LeafUrl heardOfByWebSocket(String address, boolean secure) {
        return parse((secure ? WSS : WS) + "://" + address);
    }

    /** Whether it is to be reached by WebSocket. */
    public boolean isWebSocket() {
        return scheme.equalsIgnoreCase(WS) || isSecure();
    }

    /** Whether it is to be reached by WebSocket over TLS. */
    public boolean isSecure() {
        return scheme.equalsIgnoreCase(WSS);
    }

    /** Whether it says who to be. */
    public boolean saysWho() {
        return !user.isEmpty() || hasPassword;
    }

    /** Whether it leads to the same place. */
    public boolean isAt(LeafUrl other) {
        return port == other.port && host.equals(other.host);
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public String address() {
        return UrlParts.address(host, port);
    }

    /** The URL without password or token, for logs. */
    @Override
    public String toString() {
        String who = hasPassword ? user.value() + ":xxxxx@" : user.isEmpty() ? "" : "xxxxx@";
        return scheme + "://" + who + address() + path;
    }
}
