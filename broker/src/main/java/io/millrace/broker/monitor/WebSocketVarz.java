package io.millrace.broker.monitor;

import io.millrace.broker.config.websocket.WebSocketOptions;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The {@code websocket} block of {@code /varz}. */
final class WebSocketVarz {
    private WebSocketVarz() {}

    /**
     * Writes it; empty for a server without WebSocket clients.
     *
     * @param port the port that they connect to; 0 if it isn't known yet
     * @param certificateEnd when their certificate ends; empty without TLS
     */
    static void write(
            JsonOut out, WebSocketOptions options, int port, Optional<Instant> certificateEnd)
            throws IOException {
        if (!options.isOn()) {
            out.empty("websocket");
            return;
        }
        out.object(
                "websocket",
                fields -> {
                    fields.some("host", options.host())
                            .some("port", port)
                            .some("advertise", options.advertise())
                            .some("no_auth_user", options.noAuthUser())
                            .some("jwt_cookie", options.jwtCookie())
                            .some("handshake_timeout", options.handshakeTimeout().toNanos());
                    if (!options.authTimeout().isZero()) {
                        fields.field("auth_timeout", options.authTimeout().toNanos() / 1e9);
                    }
                    fields.some("no_tls", options.noTls())
                            .some("tls_map", options.tls().map())
                            .someTexts(
                                    "tls_pinned_certs",
                                    options.tls().pinnedCerts().stream().sorted().toList())
                            .some("same_origin", options.sameOrigin())
                            .someTexts("allowed_origins", options.allowedOrigins())
                            .some("compression", options.compression());
                    if (certificateEnd.isPresent()) {
                        fields.field("tls_cert_not_after", certificateEnd.get());
                    }
                });
    }
}
