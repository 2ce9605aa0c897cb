package io.millrace.broker.config.leaf;

import io.millrace.broker.config.Secret;

import java.time.Duration;

/**
 * An HTTP proxy that a remote is reached through, with CONNECT.
 *
 * @param host its name or address; empty for no proxy
 * @param port its port
 * @param username who to be there; empty for nobody
 * @param password that user's password
 * @param timeout for all that is said to it; zero for as long as connecting may take
 */
public record LeafProxy(String host, int port, String username, Secret password, Duration timeout) {
    /** No proxy. */
    public static final LeafProxy NONE = new LeafProxy("", 0, "", Secret.NONE, Duration.ZERO);

    /** Whether there is one. */
    public boolean isOn() {
        return !host.isEmpty();
    }
}
