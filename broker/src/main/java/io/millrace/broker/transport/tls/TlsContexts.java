package io.millrace.broker.transport.tls;

import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.tls.TlsFileException;
import io.millrace.broker.tls.TlsMaterial;
import io.netty.handler.ssl.SslContext;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The TLS context that new connections use, and the thread that does the slow parts of their
 * handshakes (signatures, chains of certificates), so that the I/O loops go on meanwhile.
 *
 * <p>{@link #reload} may be called by any thread but an I/O loop, and puts another context in the
 * place of the one there is, for all connections that come from then on.
 */
public final class TlsContexts implements AutoCloseable {
    private static final long REPORT_S = 1;

    private final ServerLog log;
    private final ScheduledThreadPoolExecutor worker;
    private volatile @Nullable TlsContext current;

    private TlsContexts(ServerLog log) {
        this.log = log;
        this.worker = new ScheduledThreadPoolExecutor(1, TlsContexts::thread);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "millrace-tls");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Reads the files and makes the first context.
     *
     * @param options with TLS
     * @throws TlsUnusableException if a file can't be used, or something is asked for that this JVM
     *     hasn't got
     */
    public static TlsContexts open(TlsOptions options, ServerLog log) throws TlsUnusableException {
        TlsContexts contexts = new TlsContexts(log);
        try {
            contexts.reload(options);
        } catch (TlsUnusableException e) {
            contexts.close();
            throw e;
        }
        contexts.worker.scheduleWithFixedDelay(
                contexts::reportRefused, REPORT_S, REPORT_S, TimeUnit.SECONDS);
        return contexts;
    }

    /**
     * Reads the files anew. Connections there are keep what they have; if anything is wrong, so do
     * those to come.
     *
     * @throws TlsUnusableException as {@link #open}
     */
    public void reload(TlsOptions options) throws TlsUnusableException {
        TlsMaterial material;
        try {
            material = TlsMaterial.load(options.certificates(), options.caFile());
        } catch (TlsFileException e) {
            throw new TlsUnusableException(String.valueOf(e.getMessage()), e);
        }
        current =
                TlsProvider.choose(material.keys(), log)
                        .context(
                                options,
                                material,
                                new HandshakeRate(
                                        options.connectionRateLimit(), System.nanoTime()));
    }

    /** What a connection that comes now uses. */
    TlsContext current() {
        TlsContext context = current;
        assert context != null;
        return context;
    }

    /** What an HTTPS connection that comes now uses: as in the reference, without certificates. */
    public SslContext forMonitoring() {
        return current().forMonitoring();
    }

    /** The server's own certificates, in the order of the configuration. */
    public List<X509Certificate> certificates() {
        return current().certificates();
    }

    /**
     * The way into TLS of a channel that was just accepted, where nothing else comes before it.
     *
     * @param listener what is behind it
     */
    public TlsFirstEntry first(HandshakeListener listener) {
        return new TlsFirstEntry(listener, current(), worker, null);
    }

    /** Where handshakes have their slow parts done. */
    Executor worker() {
        return worker;
    }

    private void reportRefused() {
        long refused = current().rate().takeRefused();
        if (refused > 0) {
            log.warn("Rejected " + refused + " connections due to TLS rate limiting");
        }
    }

    /** Ends the thread; no connection is left. */
    @Override
    public void close() {
        worker.shutdownNow();
    }
}
