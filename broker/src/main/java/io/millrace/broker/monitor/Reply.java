package io.millrace.broker.monitor;

import java.nio.charset.StandardCharsets;

/**
 * An answer.
 *
 * @param status of HTTP
 * @param kind what the body is, and so which headers go with it
 * @param body all of it
 */
public record Reply(int status, Kind kind, byte[] body) {
    /** What a body is. */
    public enum Kind {
        /** Data that other sites may ask for, also with {@code callback}. */
        JSON("application/json"),
        /** What goes wrong, or data that is no JSON. */
        TEXT("text/plain; charset=utf-8"),
        /** What Prometheus reads. */
        METRICS("text/plain; version=0.0.4; charset=utf-8"),
        OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        HTML("text/html; charset=utf-8"),
        CSS("text/css; charset=utf-8"),
        SCRIPT("text/javascript; charset=utf-8"),
        SVG("image/svg+xml"),
        PNG("image/png"),
        ICON("image/x-icon"),
        /** JSON that was wrapped into a call. */
        CALL("application/javascript");

        private final String contentType;

        Kind(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }
    }

    static Reply text(int status, String text) {
        return new Reply(status, Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** What the reference says of a path that it doesn't know. */
    public static Reply notFound() {
        return text(404, "404 page not found\n");
    }
}
