package io.millrace.broker.cluster;

import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.listen.DialTarget;

/**
 * A server to connect to, and what for.
 *
 * @param url where it is, and who to be there
 * @param explicit whether it is configured, not just heard of
 * @param account the account whose route it shall be; empty for one of the pool
 * @param gossip how the server is told about that it shall spread the word of us
 */
public record RouteTarget(RouteUrl url, boolean explicit, String account, GossipMode gossip)
        implements DialTarget {
    /** A configured server. */
    static RouteTarget configured(RouteUrl url, String account) {
        return new RouteTarget(url, true, account, GossipMode.DEFAULT);
    }

    /** The same server, for the route of an account. */
    RouteTarget of(String otherAccount) {
        return new RouteTarget(url, explicit, otherAccount, gossip);
    }

    /** The same server, to be given up if it can't be reached. */
    RouteTarget heardOf() {
        return new RouteTarget(url, false, account, GossipMode.DISABLED);
    }

    @Override
    public String host() {
        return url.host();
    }

    @Override
    public int port() {
        return url.port();
    }

    /** Where it is, as logs show it. */
    public String text() {
        return url.toString();
    }
}
