package io.millrace.broker.config.monitor;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.listen.ListenOptions;

/**
 * The monitoring server.
 *
 * @param host the address to bind; empty for the one that clients connect to
 * @param httpPort its port, 1..65535; {@link ListenOptions#ANY_PORT} for any free one, {@link #OFF}
 *     for none
 * @param httpsPort the same, over TLS; at most one of them is on
 * @param basePath what stands before each path, as it was written; empty for nothing
 * @param username who may look; empty for everybody
 * @param password in plain text or as a bcrypt hash
 * @param maxClosedClients closed connections that are remembered
 */
public record MonitorOptions(
        String host,
        int httpPort,
        int httpsPort,
        String basePath,
        String username,
        Secret password,
        int maxClosedClients) {
    /** The port of a server that isn't wanted. */
    public static final int OFF = 0;

    /** Whether there is to be a monitoring server. */
    public boolean isOn() {
        return httpPort != OFF || httpsPort != OFF;
    }

    /** Whether it speaks TLS. */
    public boolean isSecure() {
        return httpsPort != OFF;
    }

    /** The port to bind. */
    public int port() {
        return isSecure() ? httpsPort : httpPort;
    }
}
