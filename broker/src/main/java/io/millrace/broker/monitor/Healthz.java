package io.millrace.broker.monitor;

import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;

import java.util.List;

/**
 * {@code /healthz}: whether the server does what it is there for. What isn't so is logged, too, in
 * the reference's words. Any thread.
 */
final class Healthz implements Endpoint {
    private final Monitored server;
    private final ServerLog log;

    Healthz(Monitored server, ServerLog log) {
        this.server = server;
        this.log = log;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        // Without JetStream all of these are true of it.
        if (query.flag("js-enabled")) {
            log.warn("Healthcheck: js-enabled deprecated, use js-enabled-only instead");
        }
        for (String flag : new String[] {"js-enabled-only", "js-server-only", "js-meta-only"}) {
            query.flag(flag);
        }
        boolean details = query.flag("details");
        if (query.text("account").isEmpty() && !query.text("stream").isEmpty()) {
            return bad(400, "BAD_REQUEST", details, missing("account", "stream"));
        }
        if (query.text("stream").isEmpty() && !query.text("consumer").isEmpty()) {
            return bad(400, "BAD_REQUEST", details, missing("stream", "consumer"));
        }
        if (!server.isListening()) {
            return bad(
                    500,
                    "CONNECTION",
                    details,
                    "failed to be ready for connections after 1ms: server");
        }
        return JsonOut.object(200, false, out -> out.field("status", "ok"));
    }

    private static String missing(String what, String checked) {
        return '"' + what + "\" must not be empty when checking " + checked + " health";
    }

    private Reply bad(int status, String type, boolean details, String error)
            throws BadQueryException, InterruptedException {
        log.warn("Healthcheck failed: " + (details ? "1 errors" : '"' + Quoted.utf8(error) + '"'));
        return JsonOut.object(
                status,
                false,
                out -> {
                    out.field("status", "error");
                    if (details) {
                        out.objects(
                                "errors",
                                List.of(error),
                                (each, text) -> each.field("type", type).field("error", text));
                    } else {
                        out.field("error", error);
                    }
                });
    }
}
