package io.millrace.broker;

import io.millrace.broker.transport.inprocess.InProcessConnection;
import io.millrace.broker.transport.inprocess.InProcessListener;

import java.io.IOException;

/**
 * The way to a server for applications in its own JVM: connections without sockets. Threads may
 * share it.
 *
 * <p>For jnats there is {@link io.millrace.broker.jnats.InProcessOptions}; other clients read and
 * write the bytes of the protocol.
 *
 * <p>Such a client is one like any other: it logs in, has limits, may be too slow, is seen in
 * monitoring, where its address is {@code pipe}. It needs no TLS and is offered none. A user's
 * {@code allowed_connection_types} know it as {@code IN_PROCESS}.
 */
public final class InProcess {
    private final InProcessListener listener;

    InProcess(InProcessListener listener) {
        this.listener = listener;
    }

    /**
     * Connects. The caller closes the connection; the server does when it closes itself.
     *
     * @throws IOException if the server is closed, or in lame duck mode
     */
    public InProcessConnection connect() throws IOException {
        return listener.connect();
    }
}
