package io.millrace.broker;

import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.transport.tls.LinkTls;
import io.millrace.broker.transport.tls.TlsUnusableException;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What secures the connections to the remotes of a leaf node: those that say how, and those that
 * leave it to the other side. Each has its own, as each expects its own servers. Any thread.
 */
final class LeafTls implements AutoCloseable {
    private static final TlsOptions DEFAULTS = TlsOptions.builder().build();

    /** Has the thread that all of them share. */
    private final LinkTls shared;

    /** The TLS of remotes that say how theirs is. */
    private volatile Map<LeafRemote, LinkTls> configured;

    /** The TLS of those that don't, once the other side has demanded it, by their hosts. */
    private final Map<List<String>, LinkTls> demanded = new ConcurrentHashMap<>();

    /**
     * Reads the files.
     *
     * @throws TlsUnusableException if one of them can't be used
     */
    LeafTls(LeafOptions options, ServerLog log) throws TlsUnusableException {
        shared = LinkTls.open("leaf", TlsOptions.OFF, List.of(), log);
        try {
            configured = files(options);
        } catch (TlsUnusableException e) {
            shared.close();
            throw e;
        }
    }

    private Map<LeafRemote, LinkTls> files(LeafOptions options) throws TlsUnusableException {
        Map<LeafRemote, LinkTls> read = new HashMap<>();
        for (LeafRemote remote : options.remotes()) {
            if (remote.isSecured()) {
                TlsOptions wanted = remote.tls();
                read.put(
                        remote, shared.onDemand(wanted == null ? DEFAULTS : wanted, hosts(remote)));
            }
        }
        return Map.copyOf(read);
    }

    private static List<String> hosts(LeafRemote remote) {
        return remote.urls().stream().map(LeafUrl::host).toList();
    }

    /**
     * Reads the files anew.
     *
     * @return has connections to come use what was read
     * @throws TlsUnusableException if one of them can't be used
     */
    Runnable read(LeafOptions options) throws TlsUnusableException {
        Map<LeafRemote, LinkTls> files = files(options);
        return () -> {
            configured = files;
            demanded.keySet().retainAll(options.remotes().stream().map(LeafTls::hosts).toList());
        };
    }

    /**
     * What secures the connections to a remote that says how; null for one that doesn't.
     *
     * @throws TlsUnusableException if it isn't known any more, or not yet, since other options are
     *     about to be taken over: then nothing may be said there
     */
    @Nullable LinkTls of(LeafRemote remote) throws TlsUnusableException {
        LinkTls known = configured.get(remote);
        if (known == null && remote.isSecured()) {
            throw new TlsUnusableException("TLS of the remote is being changed");
        }
        return known;
    }

    /**
     * What secures the connections to a remote that leaves it to the other side, which has demanded
     * it; null if that has yet to be read.
     */
    @Nullable LinkTls demanded(LeafRemote remote) {
        return demanded.get(hosts(remote));
    }

    /**
     * The same; may take a while, to find the authorities that this JVM trusts.
     *
     * @throws TlsUnusableException if there are none
     */
    LinkTls demand(LeafRemote remote) throws TlsUnusableException {
        List<String> hosts = hosts(remote);
        LinkTls read = shared.onDemand(DEFAULTS, hosts);
        LinkTls known = demanded.putIfAbsent(hosts, read);
        return known == null ? read : known;
    }

    /** Ends the thread; no connection is left. */
    @Override
    public void close() {
        shared.close();
    }
}
