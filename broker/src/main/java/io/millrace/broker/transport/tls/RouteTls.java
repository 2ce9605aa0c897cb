package io.millrace.broker.transport.tls;

import io.millrace.broker.cluster.RouteTarget;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.tls.TlsFileException;
import io.millrace.broker.tls.TlsMaterial;
import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The TLS that new routes use, in both directions, and the thread that does the slow parts of their
 * handshakes, so that neither the I/O loops nor the handshakes of clients hold them up.
 *
 * <p>Both sides show a certificate; where the same files serve for clients, too, nothing is shared
 * with them. {@link #read} may be called by any thread but an I/O loop.
 */
public final class RouteTls implements AutoCloseable {
    private final ServerLog log;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(RouteTls::thread);

    /** Null where routes aren't secured. */
    private volatile @Nullable RouteContext current;

    /** What servers are called that are known by address only; empty for their address. */
    private volatile String commonName = "";

    private RouteTls(ServerLog log) {
        this.log = log;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "millrace-route-tls");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Reads the files and makes the first contexts.
     *
     * @param options servers that dial must have a certificate, whatever they say
     * @param routes the configured ones
     * @throws TlsUnusableException if a file can't be used, or something is asked for that this JVM
     *     hasn't got
     */
    public static RouteTls open(TlsOptions options, List<RouteUrl> routes, ServerLog log)
            throws TlsUnusableException {
        RouteTls tls = new RouteTls(log);
        try {
            tls.read(options, routes).run();
        } catch (TlsUnusableException e) {
            tls.close();
            throw e;
        }
        return tls;
    }

    /**
     * Reads the files anew.
     *
     * @param options TLS may be off, and was off before, or on
     * @param routes the configured ones
     * @return has routes to come use what was read; those there are keep what they have
     * @throws TlsUnusableException as {@link #open}
     */
    public Runnable read(TlsOptions options, List<RouteUrl> routes) throws TlsUnusableException {
        if (!options.enabled()) {
            return () -> current = null;
        }
        TlsOptions mutual = options.toBuilder().verify(true).build();
        TlsMaterial material;
        try {
            material = TlsMaterial.load(mutual.certificates(), mutual.caFile());
        } catch (TlsFileException e) {
            throw new TlsUnusableException(String.valueOf(e.getMessage()), e);
        }
        TlsProvider provider = TlsProvider.choose(material.keys(), log);
        RouteContext context =
                new RouteContext(
                        provider.context(mutual, material, new HandshakeRate(0, 0)),
                        provider.dialing(mutual, material));
        String name =
                routes.stream()
                        .map(RouteUrl::host)
                        .filter(host -> !isAddress(host))
                        .findFirst()
                        .orElse("");
        return () -> {
            commonName = name;
            current = context;
        };
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** What a route that begins now uses; null if it isn't secured. */
    @Nullable RouteContext current() {
        return current;
    }

    /**
     * When the certificate ends that other servers see first; empty where routes aren't secured.
     */
    public Optional<Instant> certificateEnd() {
        RouteContext contexts = current;
        return Optional.ofNullable(contexts)
                .map(each -> each.accepting().certificates().getFirst().getNotAfter().toInstant());
    }

    /**
     * The way into TLS of a route that begins now; null if it isn't secured.
     *
     * @param connection what is behind it
     * @param target what was dialed; null if the other server has
     */
    public @Nullable TlsRouteEntry entry(
            HandshakeListener connection, @Nullable RouteTarget target) {
        RouteContext contexts = current;
        return contexts == null ? null : new TlsRouteEntry(connection, target, this, contexts);
    }

    /**
     * Under which name a server is expected that was dialed: its own, or where only its address is
     * known the first host name of the configured routes, as the reference does it for servers it
     * has heard of.
     */
    String nameOf(String host) {
        String common = commonName;
        return common.isEmpty() || !isAddress(host) ? host : common;
    }

    /** A server has another name: from here on, addresses stand for themselves. */
    void isNot(String name) {
        if (name.equals(commonName)) {
            commonName = "";
        }
    }

    /** Where handshakes have their slow parts done. */
    Executor worker() {
        return worker;
    }

    /** Ends the thread; no route is left. */
    @Override
    public void close() {
        worker.shutdownNow();
    }
}
