package io.millrace.broker.monitor;

import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.Quoted;

import java.util.List;

/**
 * {@code healthz}: whether the server does what it is there for. What isn't so is logged, too, in
 * the reference's words. Any thread if there is no JetStream, or else one that may wait.
 */
final class Healthz {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_CONNECTABLE = 500;

    private final Monitored server;
    private final JetStreamHealth jetStream;
    private final ServerLog log;

    Healthz(Monitored server, ServerLog log) {
        this.server = server;
        this.log = log;
        jetStream = new JetStreamHealth(server);
    }

    Health answer(HealthzOptions asked) throws InterruptedException {
        if (asked.jsEnabled()) {
            log.warn("Healthcheck: js-enabled deprecated, use js-enabled-only instead");
        }
        Health health = found(asked);
        if (!health.problems().isEmpty()) {
            log.warn(
                    "Healthcheck failed: "
                            + (asked.details()
                                    ? health.problems().size() + " errors"
                                    : '"'
                                            + Quoted.utf8(health.problems().getFirst().error())
                                            + '"'));
        }
        return health;
    }

    private Health found(HealthzOptions asked) throws InterruptedException {
        if (asked.account().isEmpty() && !asked.stream().isEmpty()) {
            return bad(BAD_REQUEST, "BAD_REQUEST", asked, missing("account", "stream"));
        }
        if (asked.stream().isEmpty() && !asked.consumer().isEmpty()) {
            return bad(BAD_REQUEST, "BAD_REQUEST", asked, missing("stream", "consumer"));
        }
        if (!server.isListening()) {
            return bad(
                    NOT_CONNECTABLE,
                    "CONNECTION",
                    asked,
                    "failed to be ready for connections after 1ms: server");
        }
        return asked.jsServerOnly() || !server.options().jetStream().enabled()
                ? Health.OK
                : jetStream.of(asked);
    }

    private static String missing(String what, String checked) {
        return '"' + what + "\" must not be empty when checking " + checked + " health";
    }

    private static Health bad(int status, String type, HealthzOptions asked, String error) {
        return new Health(
                status,
                "error",
                List.of(new Health.Problem(type, "", "", "", error)),
                asked.details());
    }
}
