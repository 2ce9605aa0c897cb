package io.millrace.broker.config.listen;

import io.millrace.broker.config.Secret;

/**
 * Where another server is: {@code nats://user:password@host:port}.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 1..65535; {@link #NO_PORT} if none was said
 * @param user who to be there; empty if it doesn't say so
 * @param password that user's password; none for none
 */
public record ServerUrl(String host, int port, String user, Secret password) {
    /** What stands for a port that wasn't said. */
    public static final int NO_PORT = 0;

    /**
     * Reads a URL. As in the reference its scheme doesn't matter ({@code nats}, {@code tls}), nor
     * does what stands behind the port.
     *
     * @param kind of the link that leads there, for the message
     * @param usualPort the port if the URL names none
     * @throws IllegalArgumentException if it isn't one, or has no host; the message is the
     *     reference's, without user and password
     */
    public static ServerUrl parse(String kind, String text, int usualPort) {
        UrlParts url =
                UrlParts.of(text)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "error parsing "
                                                        + kind
                                                        + " url [\""
                                                        + UrlParts.redacted(text.strip())
                                                        + "\"]"));
        Secret password = url.password();
        return new ServerUrl(
                url.host(),
                url.port() == NO_PORT ? usualPort : url.port(),
                url.user(),
                password == null ? Secret.NONE : password);
    }

    /** {@code host:port}, an IPv6 address in brackets; without the colon if there is no port. */
    public String address() {
        return port == NO_PORT ? UrlParts.host(host) : UrlParts.address(host, port);
    }

    /** Who to be there, as it stands before a host: without the password. */
    public String who() {
        String who = user + (password.isEmpty() ? "" : ":xxxxx");
        return who + (who.isEmpty() ? "" : "@");
    }

    /** The URL, without the password. */
    @Override
    public String toString() {
        return "nats://" + who() + address();
    }
}
