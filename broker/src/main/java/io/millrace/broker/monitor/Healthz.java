package io.millrace.broker.monitor;

import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.Quoted;

/**
 * {@code healthz}: whether the server does what it is there for. What isn't so is logged, too, in
 * the reference's words. Any thread.
 */
final class Healthz {
    private final Monitored server;
    private final ServerLog log;

    Healthz(Monitored server, ServerLog log) {
        this.server = server;
        this.log = log;
    }

    Health answer(HealthzOptions asked) {
        // Without JetStream all that is asked of it is true.
        if (asked.jsEnabled()) {
            log.warn("Healthcheck: js-enabled deprecated, use js-enabled-only instead");
        }
        if (asked.account().isEmpty() && !asked.stream().isEmpty()) {
            return bad(400, "BAD_REQUEST", asked, missing("account", "stream"));
        }
        if (asked.stream().isEmpty() && !asked.consumer().isEmpty()) {
            return bad(400, "BAD_REQUEST", asked, missing("stream", "consumer"));
        }
        if (!server.isListening()) {
            return bad(
                    500,
                    "CONNECTION",
                    asked,
                    "failed to be ready for connections after 1ms: server");
        }
        return Health.OK;
    }

    private static String missing(String what, String checked) {
        return '"' + what + "\" must not be empty when checking " + checked + " health";
    }

    private Health bad(int status, String type, HealthzOptions asked, String error) {
        boolean details = asked.details();
        log.warn("Healthcheck failed: " + (details ? "1 errors" : '"' + Quoted.utf8(error) + '"'));
        return new Health(status, type, error, details);
    }
}
