package io.millrace.broker;

import io.millrace.broker.transport.inprocess.InProcessConnection;
import io.millrace.broker.transport.inprocess.InProcessListener;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

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
    /** For how long {@link #connect()} waits until the server takes the connection. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final InProcessListener listener;

    InProcess(InProcessListener listener) {
        this.listener = listener;
    }

    /**
     * Connects, within {@link #CONNECT_TIMEOUT}. The caller closes the connection; the server does
     * when it closes itself.
     *
     * @throws SocketTimeoutException if the server is too busy for that
     * @throws IOException if the server is closed, or in lame duck mode
     */
    public InProcessConnection connect() throws IOException {
        return connect(CONNECT_TIMEOUT);
    }

    /**
     * As {@link #connect()}, with another timeout.
     *
     * @param timeout 0 or more; it is measured in nanoseconds
     */
    public InProcessConnection connect(Duration timeout) throws IOException {
        return listener.connect(timeout);
    }
}
