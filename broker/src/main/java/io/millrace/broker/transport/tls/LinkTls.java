package io.millrace.broker.transport.tls;

import io.millrace.broker.config.listen.DialTarget;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.tls.TlsFileException;
import io.millrace.broker.tls.TlsMaterial;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The TLS that new links to other servers use, in both directions, and the thread that does the
 * slow parts of their handshakes, so that neither the I/O loops nor the handshakes of clients hold
 * them up.
 *
 * <p>Where the same files serve for clients, too, nothing is shared with them. {@link #read} may be
 * called by any thread but an I/O loop.
 */
public final class LinkTls implements AutoCloseable {
    private final ServerLog log;
    private final ExecutorService worker;

    /** Null where links aren't secured. */
    private volatile @Nullable LinkContext current;

    /** What servers are called that are known by address only; empty for their address. */
    private volatile String commonName = "";

    private LinkTls(ExecutorService worker, ServerLog log) {
        this.worker = worker;
        this.log = log;
    }

    /**
     * Reads the files and makes the first contexts.
     *
     * @param kind of the links, for the name of the thread
     * @param options TLS may be off
     * @param hosts where the configured servers are
     * @throws TlsUnusableException if a file can't be used, or something is asked for that this JVM
     *     hasn't got
     */
    public static LinkTls open(
            String kind, TlsOptions options, Collection<String> hosts, ServerLog log)
            throws TlsUnusableException {
        String name = "millrace-" + kind + "-tls";
        ExecutorService worker =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread thread = new Thread(task, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        LinkTls tls = new LinkTls(worker, log);
        try {
            tls.read(options, hosts).run();
        } catch (TlsUnusableException e) {
            tls.close();
            throw e;
        }
        return tls;
    }

    /**
     * Other TLS with the same thread, for other links of this kind; it needn't be closed.
     *
     * @throws TlsUnusableException as {@link #open}
     */
    public LinkTls sibling(TlsOptions options, Collection<String> hosts)
            throws TlsUnusableException {
        LinkTls tls = new LinkTls(worker, log);
        tls.read(options, hosts).run();
        return tls;
    }

    /**
     * The same, for links on which the other side demands TLS, whatever the options say of it.
     *
     * @throws TlsUnusableException as {@link #open}
     */
    public LinkTls onDemand(TlsOptions options, Collection<String> hosts)
            throws TlsUnusableException {
        LinkTls tls = new LinkTls(worker, log);
        tls.readToDial(options, hosts).run();
        return tls;
    }

    /**
     * Begins the handshake of a channel that this server has dialed, and on which something was
     * said already in the clear. On the channel's loop.
     *
     * @param target who is expected there
     */
    public void upgrade(Channel channel, HandshakeListener connection, DialTarget target) {
        LinkContext contexts = current;
        assert contexts != null;
        channel.config().setAllocator(ByteBufAllocator.DEFAULT);
        TlsFirstEntry entry = dialed(connection, target, contexts.dialing());
        channel.pipeline().addFirst(entry);
        entry.begin(channel.pipeline().context(entry));
    }

    /**
     * Reads the files anew.
     *
     * @param options TLS may be off, and was off before, or on
     * @param hosts where the configured servers are
     * @return has links to come use what was read; those there are keep what they have
     * @throws TlsUnusableException as {@link #open}
     */
    public Runnable read(TlsOptions options, Collection<String> hosts) throws TlsUnusableException {
        return options.dials() ? readToDial(options, hosts) : () -> current = null;
    }

    private Runnable readToDial(TlsOptions options, Collection<String> hosts)
            throws TlsUnusableException {
        TlsMaterial material;
        try {
            material = TlsMaterial.load(options.certificates(), options.caFile());
        } catch (TlsFileException e) {
            throw new TlsUnusableException(String.valueOf(e.getMessage()), e);
        }
        TlsProvider provider = TlsProvider.choose(material.keys(), log);
        LinkContext context =
                new LinkContext(
                        material.keys().isEmpty()
                                ? null
                                : provider.context(options, material, new HandshakeRate(0, 0)),
                        provider.dialing(options, material));
        String name = hosts.stream().filter(host -> !isAddress(host)).findFirst().orElse("");
        return () -> {
            commonName = name;
            current = context;
        };
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** What a link that begins now uses; null if it isn't secured. */
    @Nullable LinkContext current() {
        return current;
    }

    /** When the certificate ends that other servers see first; empty where links aren't secured. */
    public Optional<Instant> certificateEnd() {
        LinkContext contexts = current;
        return Optional.ofNullable(contexts)
                .map(LinkContext::accepting)
                .map(each -> each.certificates().getFirst().getNotAfter().toInstant());
    }

    /**
     * The way into TLS of a link that begins now; null if it isn't secured.
     *
     * @param connection what is behind it
     * @param target what was dialed; null if the other server has
     */
    public @Nullable TlsFirstEntry entry(
            HandshakeListener connection, @Nullable DialTarget target) {
        LinkContext contexts = current;
        if (contexts == null) {
            return null;
        }
        if (target != null) {
            return dialed(connection, target, contexts.dialing());
        }
        TlsContext accepting = contexts.accepting();
        return accepting == null ? null : new TlsFirstEntry(connection, accepting, worker, null);
    }

    private TlsFirstEntry dialed(
            HandshakeListener connection, DialTarget target, TlsContext dialing) {
        String name = nameOf(target);
        return new TlsFirstEntry(
                connection,
                dialing,
                worker,
                new TlsFirstEntry.Dialed(
                        name,
                        target.port(),
                        () -> {
                            isNot(name);
                            target.isNot(name);
                        }));
    }

    /**
     * Under which name a server is expected that was dialed: its own, or where only its address is
     * known the one that goes with it, or else the first host name of the configured servers, as
     * the reference does it for servers it has heard of.
     */
    String nameOf(DialTarget target) {
        String host = target.host();
        if (!isAddress(host)) {
            return host;
        }
        String known = target.certificateName();
        String common = known.isEmpty() ? commonName : known;
        return common.isEmpty() ? host : common;
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

    /** Ends the thread; no link is left. */
    @Override
    public void close() {
        worker.shutdownNow();
    }
}
