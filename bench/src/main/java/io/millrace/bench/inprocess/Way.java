package io.millrace.bench.inprocess;

import io.millrace.broker.NatsServer;
import io.millrace.broker.jnats.InProcessOptions;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;

import java.io.IOException;
import java.time.Duration;

/** How jnats gets to the server. */
enum Way {
    LOOPBACK,
    IN_PROCESS;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    Connection connect(NatsServer server) throws IOException, InterruptedException {
        Options.Builder options =
                this == IN_PROCESS
                        ? InProcessOptions.builder(server.inProcess())
                        : new Options.Builder().server(server.clientUrl());
        return Nats.connect(options.maxReconnects(0).connectionTimeout(PATIENCE).build());
    }
}
