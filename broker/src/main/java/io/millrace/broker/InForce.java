package io.millrace.broker;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.connection.ConnectionLimits;

import java.time.Instant;

/** The options that hold now, and since when. The thread that reloads them writes, all read. */
final class InForce {
    private volatile Options options;
    private volatile ConnectionLimits clientLimits;
    private volatile ConnectionLimits webSocketLimits;
    private volatile Instant since = Instant.now();

    InForce(Options options) {
        this.options = options;
        clientLimits = Terms.clients(options);
        webSocketLimits = Terms.webSocketClients(options);
    }

    /** Others hold from here on. */
    void use(Options next) {
        options = next;
        clientLimits = Terms.clients(next);
        webSocketLimits = Terms.webSocketClients(next);
        since = Instant.now();
    }

    Options options() {
        return options;
    }

    /** What they mean for the connections of clients. */
    ConnectionLimits clientLimits() {
        return clientLimits;
    }

    /** The same for those that come by WebSocket. */
    ConnectionLimits webSocketLimits() {
        return webSocketLimits;
    }

    Instant since() {
        return since;
    }
}
