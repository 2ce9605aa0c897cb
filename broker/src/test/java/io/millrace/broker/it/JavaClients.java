package io.millrace.broker.it;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;

import java.time.Duration;

/** Java clients that don't give up while a machine stalls, as those do that have the defaults. */
final class JavaClients {
    /** Longer than anything takes that isn't broken. */
    static final Duration LONG = Duration.ofSeconds(60);

    private JavaClients() {}

    /** Connects, once. */
    static Connection connect(String url) throws Exception {
        return Nats.connect(options(url).build());
    }

    /** What to connect to a URL with; it doesn't come back by itself. */
    static Options.Builder options(String url) {
        return Options.builder().server(url).maxReconnects(0).connectionTimeout(LONG);
    }
}
