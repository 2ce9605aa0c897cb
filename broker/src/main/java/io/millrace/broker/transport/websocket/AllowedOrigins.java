package io.millrace.broker.transport.websocket;

import io.millrace.broker.config.websocket.PageOrigin;
import io.millrace.broker.config.websocket.WebSocketOptions;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** From which pages WebSockets may be opened. Immutable. */
final class AllowedOrigins {
    private final boolean sameOrigin;
    private final Set<PageOrigin> allowed;

    AllowedOrigins(WebSocketOptions options) {
        sameOrigin = options.sameOrigin();
        allowed =
                options.allowedOrigins().stream()
                        .flatMap(origin -> PageOrigin.of(origin).stream())
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Why none may be opened; empty if one may.
     *
     * @param said the page's origin; empty if the client, which is no browser then, has none
     * @param host what the client connects to, as its request names it
     * @param tls whether by TLS
     */
    String problem(String said, String host, boolean tls) {
        if (said.isEmpty() || !sameOrigin && allowed.isEmpty()) {
            return "";
        }
        Optional<PageOrigin> origin = PageOrigin.of(said);
        if (origin.isEmpty()) {
            return "invalid origin";
        }
        if (sameOrigin && !origin.equals(PageOrigin.at(tls ? "https" : "http", host))) {
            return "not same origin";
        }
        return allowed.isEmpty() || allowed.contains(origin.get()) ? "" : "not in the allowed list";
    }
}
