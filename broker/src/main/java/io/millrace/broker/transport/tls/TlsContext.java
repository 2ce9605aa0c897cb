package io.millrace.broker.transport.tls;

import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.routing.peer.TlsSession;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * All that a new connection needs for TLS. Immutable; a reload makes another.
 *
 * @param provider who made it
 * @param ssl for clients
 * @param forMonitoring the same, but asks for no certificate
 * @param groups of key agreement, by the provider's names; empty where the context itself knows
 * @param certificates the server's own, in the order of the configuration
 */
record TlsContext(
        TlsProvider provider,
        SslContext ssl,
        SslContext forMonitoring,
        TlsOptions options,
        HandshakeRate rate,
        List<String> groups,
        List<X509Certificate> certificates) {

    /**
     * What shakes hands with one who has dialed.
     *
     * @param worker has the slow parts done
     */
    SslHandler accept(ByteBufAllocator allocator, Executor worker) {
        return prepared(ssl.newHandler(allocator, worker));
    }

    /**
     * What shakes hands with one whom we have dialed.
     *
     * @param name whom the certificate must be of
     * @param worker has the slow parts done
     */
    SslHandler dial(ByteBufAllocator allocator, String name, int port, Executor worker) {
        return prepared(ssl.newHandler(allocator, name, port, worker));
    }

    private SslHandler prepared(SslHandler handler) {
        // There is one deadline, ours.
        handler.setHandshakeTimeoutMillis(0);
        prepare(handler.engine());
        return handler;
    }

    /** Sets what an engine is told one by one. */
    void prepare(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setUseCipherSuitesOrder(true);
        if (!groups.isEmpty()) {
            parameters.setNamedGroups(groups.toArray(String[]::new));
        }
        engine.setSSLParameters(parameters);
        if (options.verify()) {
            provider.forbidResumption(engine);
        }
    }

    /** What a handshake has come to. */
    TlsSession agreed(SSLSession session, boolean handshakeFirst) {
        return new TlsSession(
                session.getProtocol().replace("TLSv", ""),
                session.getCipherSuite(),
                handshakeFirst,
                peerCertificates(session));
    }

    private List<X509Certificate> peerCertificates(SSLSession session) {
        if (!options.verify()) {
            return List.of();
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return List.copyOf(certificates);
    }

    /** Whether the other side's key is one that it may have. */
    boolean isPinned(TlsSession session) {
        return session.isPinned(options.pinnedCerts());
    }
}
