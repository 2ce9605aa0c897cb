package io.millrace.test;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.util.Objects;

import javax.net.ssl.SSLContext;

/** A server that runs for tests: in their JVM, or as a process of a newer one. Threads share it. */
public final class TestServer implements AutoCloseable {
    private final Wanted wanted;
    private @Nullable Running running;

    /** Starts a server. */
    TestServer(Wanted wanted) throws IOException {
        this.wanted = wanted;
        try {
            running = wanted.start(0);
        } catch (IOException | RuntimeException | Error e) {
            wanted.close();
            throw e;
        }
    }

    /** Where clients connect. */
    public synchronized String url() {
        return wanted.scheme() + "://127.0.0.1:" + wanted.port();
    }

    /** Where clients connect. */
    public URI uri() {
        return URI.create(url());
    }

    /** The port that clients connect to; it stays the same when the server is started again. */
    public int port() {
        return wanted.port();
    }

    /**
     * What trusts its certificate.
     *
     * @throws IllegalStateException if it has none
     */
    public SSLContext sslContext() {
        return wanted.sslContext();
    }

    @Nullable TestCertificate certificate() {
        return wanted.certificate();
    }

    /** Whether it runs in this JVM. */
    public static boolean isInThisJvm() {
        return Running.isInThisJvm();
    }

    /** Ends it as it is, for {@link #restart}. A second call does nothing. */
    public synchronized void kill() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    /** Starts it again where it was, with what it had stored. */
    public synchronized void restart() throws IOException {
        kill();
        running = wanted.start(wanted.port());
    }

    /** The {@code io.millrace.broker.NatsServer}, in this JVM only. */
    synchronized Object server() {
        return Objects.requireNonNull(running, "the server is killed").server();
    }

    @Override
    public synchronized void close() {
        kill();
        wanted.close();
    }
}
