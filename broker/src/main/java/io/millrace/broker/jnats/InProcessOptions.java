package io.millrace.broker.jnats;

import io.millrace.broker.InProcess;
import io.nats.client.Options;

import java.util.function.Supplier;

/**
 * Options of jnats with which it connects to a server in this JVM, without sockets.
 *
 * <pre>{@code
 * Connection nats = Nats.connect(InProcessOptions.builder(server.inProcess()).build());
 * }</pre>
 */
public final class InProcessOptions {
    private InProcessOptions() {}

    /**
     * Options for connections to a server.
     *
     * @param server see {@link io.millrace.broker.NatsServer#inProcess}
     * @return what else is wanted can be set; but not the data port and the server pool. What
     *     concerns servers' addresses and sockets (also timeouts but that of connecting) has no
     *     effect.
     */
    public static Options.Builder builder(InProcess server) {
        return builder(() -> server);
    }

    /**
     * Options for connections to whichever server there is: a client whose server has closed comes
     * back to the next.
     *
     * @param server asked whenever a client connects, on a thread of jnats; it may throw where
     *     there is no server, which jnats takes for an attempt that failed
     * @return as above
     */
    public static Options.Builder builder(Supplier<InProcess> server) {
        return new Options.Builder()
                .serverPool(new InProcessPool(server))
                .dataPortType(DataPortClass.name());
    }
}
