package io.millrace.broker.leaf;

import io.millrace.broker.config.leaf.LeafProxy;
import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.config.listen.DialTarget;

/**
 * A server to connect to as a leaf node.
 *
 * @param remote which of the configured remotes it is one of
 * @param url where it is, and who to be there
 * @param attempt how often it was tried before, plus one
 * @param connectTimeoutMs time to connect, in milliseconds
 */
public record LeafTarget(Remote remote, LeafUrl url, int attempt, int connectTimeoutMs)
        implements DialTarget {
    /** What is connected to: the proxy, if there is one. */
    @Override
    public String host() {
        LeafProxy proxy = remote.options().proxy();
        return proxy.isOn() ? proxy.host() : url.host();
    }

    @Override
    public int port() {
        LeafProxy proxy = remote.options().proxy();
        return proxy.isOn() ? proxy.port() : url.port();
    }
}
