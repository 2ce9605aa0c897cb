package io.millrace.broker.config.cluster;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.listen.ServerUrl;

/**
 * Where a route leads: {@code nats-route://user:password@host:port}.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 1..65535
 * @param user who to be there; empty for the cluster's own user
 * @param password that user's password; none for none
 */
public record RouteUrl(String host, int port, String user, Secret password) {
    /** The port that routes listen on by custom. */
    public static final int DEFAULT_PORT = 6222;

    /**
     * Reads a URL, as {@link ServerUrl#parse} does.
     *
     * @throws IllegalArgumentException if it isn't one, or has no host; the message is the
     *     reference's, without user and password
     */
    public static RouteUrl parse(String text) {
        ServerUrl url = ServerUrl.parse("route", text, DEFAULT_PORT);
        return new RouteUrl(url.host(), url.port(), url.user(), url.password());
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public String address() {
        return url().address();
    }

    private ServerUrl url() {
        return new ServerUrl(host, port, user, password);
    }

    /** The URL, as the reference logs it: without the password. */
    @Override
    public String toString() {
        return "nats-route://" + url().who() + address();
    }
}
