package io.millrace.broker.jnats;

import io.millrace.broker.transport.inprocess.InProcessConnection;
import io.nats.client.Options;
import io.nats.client.impl.DataPort;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;

/**
 * What jnats sends and receives through, to a server in this JVM. jnats makes one each time it
 * connects, by the name of {@link DataPortClass}, which adds what can't be said in Java.
 */
abstract class InProcessDataPort implements DataPort {
    private @Nullable InProcessPool pool;
    private volatile @Nullable InProcessConnection connection;

    @Override
    public final void afterConstruct(Options options) {
        pool = options.getServerPool() instanceof InProcessPool ours ? ours : null;
    }

    /** Connects to the server that there is now, within some nanoseconds. */
    final void connect(long timeoutNs) throws IOException {
        InProcessPool known = pool;
        if (known == null) {
            throw new IOException("the options' server pool isn't that of InProcessOptions");
        }
        try {
            connection = known.server().connect(Duration.ofNanos(timeoutNs));
        } catch (RuntimeException e) {
            throw new IOException("there is no server in this JVM: " + e.getMessage(), e);
        }
    }

    private InProcessConnection connected() throws IOException {
        InProcessConnection known = connection;
        if (known == null) {
            throw new IOException("not connected");
        }
        return known;
    }

    /** There is nothing between the two that TLS would secure, so the server offers none. */
    @Override
    public final void upgradeToSecure() throws IOException {
        throw new IOException("a server in this JVM is connected to without TLS");
    }

    @Override
    public final int read(byte[] to, int offset, int length) throws IOException {
        return connected().read(to, offset, length);
    }

    @Override
    public final void write(byte[] from, int length) throws IOException {
        connected().write(from, 0, length);
    }

    @Override
    public final void flush() {
        // What is written is with the server.
    }

    @Override
    public final void shutdownInput() throws IOException {
        connected().shutdownInput();
    }

    @Override
    public final void close() throws IOException {
        connected().close();
    }
}
