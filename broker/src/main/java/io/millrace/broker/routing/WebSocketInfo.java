package io.millrace.broker.routing;

import io.millrace.protocol.ServerInfo;

import java.util.List;

/**
 * What WebSocket clients are told otherwise about the server.
 *
 * @param host the host they connect to
 * @param port the port they connect to
 * @param authRequired whether they must prove themselves
 * @param tls whether they use TLS
 * @param tlsVerify whether they must have a certificate
 * @param connectUrls other addresses that they may use
 */
public record WebSocketInfo(
        String host,
        int port,
        boolean authRequired,
        boolean tls,
        boolean tlsVerify,
        List<String> connectUrls) {
    /** Where there are none. */
    public static final WebSocketInfo NONE =
            new WebSocketInfo("", 0, false, false, false, List.of());

    WebSocketInfo withConnectUrls(List<String> urls) {
        return new WebSocketInfo(host, port, authRequired, tls, tlsVerify, urls);
    }

    /** What they are told, given what other clients are. */
    ServerInfo of(ServerInfo others) {
        return others.overWebSocket(host, port, authRequired, tls, tlsVerify, connectUrls);
    }
}
