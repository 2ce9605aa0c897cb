package io.millrace.broker.config.websocket;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.tls.TlsOptions;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Where WebSocket clients connect, and what holds for them beside what holds for all clients.
 *
 * @param host the address to bind; empty only while there is no port
 * @param port the port, 1..65535; -1 for any free one, {@link #OFF} for none
 * @param advertise {@code host[:port]} to tell clients of the cluster instead of our own; empty for
 *     none
 * @param noTls whether it may do without TLS
 * @param tls how it is secured; off for not at all
 * @param sameOrigin whether a page must come from the host that it connects to
 * @param allowedOrigins where pages must come from; empty for anywhere
 * @param compression whether clients may compress, and are answered so
 * @param handshakeTimeout time for the request that opens a connection
 * @param username the only user there is; empty for those of all clients
 * @param password that user's password, plain or hashed with bcrypt
 * @param token what everybody must present, plain or hashed with bcrypt; none for none
 * @param authTimeout time to send CONNECT where authentication is required; zero for that of all
 *     clients
 * @param noAuthUser the user that clients are who don't say who they are; empty for none
 * @param jwtCookie the cookie that stands for {@code jwt} in CONNECT; empty for none
 * @param userCookie the same for {@code user}
 * @param passCookie the same for {@code pass}
 * @param tokenCookie the same for {@code auth_token}
 * @param headers what the answer to the opening request says besides, in order
 * @param pingInterval time between PINGs to a silent client; zero for that of all clients
 */
public record WebSocketOptions(
        String host,
        int port,
        String advertise,
        boolean noTls,
        TlsOptions tls,
        boolean sameOrigin,
        List<String> allowedOrigins,
        boolean compression,
        Duration handshakeTimeout,
        String username,
        Secret password,
        Secret token,
        Duration authTimeout,
        String noAuthUser,
        String jwtCookie,
        String userCookie,
        String passCookie,
        String tokenCookie,
        Map<String, String> headers,
        Duration pingInterval) {
    /** No port: WebSocket clients can't connect. */
    public static final int OFF = 0;

    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(2);

    /** Whether WebSocket clients can connect. */
    public boolean isOn() {
        return port != OFF;
    }

    /** What the URLs of its clients begin with. */
    public String scheme() {
        return tls.enabled() ? "wss" : "ws";
    }

    /** Whether its clients log in otherwise than others. */
    public boolean overridesLogin() {
        return !username.isEmpty() || !token.isEmpty() || !noAuthUser.isEmpty();
    }

    /** Who may connect, given who may without WebSocket. */
    public AuthOptions logins(AuthOptions others) {
        return overridesLogin() ? others.overridden(username, password, token, noAuthUser) : others;
    }
}
