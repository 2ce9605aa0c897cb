package io.millrace.broker;

import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.gateway.GatewayTarget;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.transport.tls.LinkTls;
import io.millrace.broker.transport.tls.TlsUnusableException;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What secures gateways: those that others open, those to clusters that are just heard of, and
 * those to each configured cluster, which may be secured in its own way. Both sides always show a
 * certificate.
 */
final class GatewayTls implements AutoCloseable {
    private final LinkTls own;
    private final Map<String, LinkTls> configured = new HashMap<>();

    /**
     * Reads the files.
     *
     * @throws TlsUnusableException if one of them can't be used
     */
    GatewayTls(GatewayOptions options, ServerLog log) throws TlsUnusableException {
        own = LinkTls.open("gateway", options.tls().verified(), List.of(), log);
        try {
            for (RemoteGateway remote : options.gateways()) {
                configured.put(
                        remote.name(), own.sibling(options.tlsTo(remote).verified(), List.of()));
            }
        } catch (TlsUnusableException e) {
            own.close();
            throw e;
        }
    }

    /**
     * Reads the files anew.
     *
     * @param options of the same clusters
     * @return has gateways to come use what was read
     * @throws TlsUnusableException if one of them can't be used
     */
    Runnable read(GatewayOptions options) throws TlsUnusableException {
        List<Runnable> all = new ArrayList<>();
        all.add(own.read(options.tls().verified(), List.of()));
        for (RemoteGateway remote : options.gateways()) {
            LinkTls tls = configured.get(remote.name());
            if (tls != null) {
                all.add(tls.read(options.tlsTo(remote).verified(), List.of()));
            }
        }
        return () -> all.forEach(Runnable::run);
    }

    /** What secures a gateway. */
    LinkTls of(@Nullable GatewayTarget target) {
        return target == null || target.implicit()
                ? own
                : configured.getOrDefault(target.cluster(), own);
    }

    /** When the certificate that other servers see ends; empty without TLS. */
    Optional<Instant> certificateEnd() {
        return own.certificateEnd();
    }

    @Override
    public void close() {
        own.close();
    }
}
