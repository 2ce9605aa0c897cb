package io.millrace.broker.transport.tls;

import io.millrace.broker.config.tls.CipherSuites;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.tls.CertifiedKey;
import io.millrace.broker.tls.TlsMaterial;
import io.millrace.protocol.JvmAccess;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import io.netty.internal.tcnative.SSL;

import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Which implementation of TLS does the work: the one place where it is chosen and told what to do.
 *
 * <p>BoringSSL, through netty-tcnative: beside each other under {@code nats bench} over TLS 1.3, it
 * took clearly less of the server's CPU for each message than the JDK's, with streams as with
 * requests, and it knows the hybrid key agreement that the reference prefers. It is loaded when TLS
 * is configured, and not before. The JDK's is there for what BoringSSL can't do (Ed25519
 * certificates), and where it can't be loaded.
 */
enum TlsProvider {
    BORINGSSL(
            SslProvider.OPENSSL,
            Map.of(
                    "X25519MLKEM768",
                    "X25519MLKEM768",
                    "X25519",
                    "X25519",
                    "CurveP256",
                    "P-256",
                    "CurveP384",
                    "P-384",
                    "CurveP521",
                    "P-521")) {
        @Override
        boolean has(String cipherSuite) {
            return OpenSsl.isCipherSuiteAvailable(cipherSuite);
        }

        @Override
        void forbidResumption(SslContext context) {
            ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
        }

        @Override
        void forbidResumption(SSLEngine engine) {
            SSL.setOptions(
                    ((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
        }

        @Override
        KeyManagerFactory factory(ServerKeys keys) {
            // So that a key is converted once, not for every handshake.
            return new OpenSslCachingX509KeyManagerFactory(super.factory(keys));
        }

        @Override
        void prefer(SslContextBuilder builder, List<String> groups) {
            if (!groups.isEmpty()) {
                builder.option(OpenSslContextOption.GROUPS, groups.toArray(String[]::new));
            }
        }
    },

    JDK(
            SslProvider.JDK,
            Map.of(
                    "X25519",
                    "x25519",
                    "CurveP256",
                    "secp256r1",
                    "CurveP384",
                    "secp384r1",
                    "CurveP521",
                    "secp521r1")) {
        @Override
        boolean has(String cipherSuite) {
            try {
                return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
                        .contains(cipherSuite);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has TLS", e);
            }
        }

        @Override
        void forbidResumption(SslContext context) {
            // There is no switch: a session that is over after a second is as little as there is.
            context.sessionContext().setSessionTimeout(1);
        }

        @Override
        void forbidResumption(SSLEngine engine) {}

        @Override
        void prefer(SslContextBuilder builder, List<String> groups) {
            // Each engine is told, by TlsContext.prepare.
        }
    };

    private final SslProvider netty;
    private final Map<String, String> groupNames;

    TlsProvider(SslProvider netty, Map<String, String> groupNames) {
        this.netty = netty;
        this.groupNames = groupNames;
    }

    /** Whether it can do a cipher suite. */
    abstract boolean has(String cipherSuite);

    /** Prefers these groups of key agreement, as far as a context can say so. */
    abstract void prefer(SslContextBuilder builder, List<String> groups);

    /**
     * Has each client shake hands in full, as far as the context can say so: whoever resumes a
     * session shows no certificate.
     */
    abstract void forbidResumption(SslContext context);

    /** The same, as far as an engine can say so. */
    abstract void forbidResumption(SSLEngine engine);

    /** The best there is for these keys. */
    static TlsProvider choose(List<CertifiedKey> keys, ServerLog log) {
        if (!keys.stream().allMatch(TlsProvider::isForBoringSsl)) {
            return JDK;
        }
        if (!JvmAccess.nativeCode(OpenSsl.class.getModule())) {
            log.info("TLS is the JDK's, which costs more, since native code isn't allowed here");
            return JDK;
        }
        if (OpenSsl.isAvailable()) {
            return BORINGSSL;
        }
        log.warn(
                "TLS is the JDK's, which costs more, since BoringSSL can't be loaded here: "
                        + OpenSsl.unavailabilityCause());
        return JDK;
    }

    /** Netty doesn't offer Ed25519 certificates through it. */
    private static boolean isForBoringSsl(CertifiedKey key) {
        String algorithm = key.privateKey().getAlgorithm();
        return algorithm.equals("RSA") || algorithm.equals("EC");
    }

    /** Makes a context. */
    TlsContext context(TlsOptions options, TlsMaterial material, HandshakeRate rate)
            throws TlsUnusableException {
        List<String> groups = groups(options.curvePreferences());
        SslContextBuilder builder = SslContextBuilder.forServer(factory(material));
        set(builder, options, material, groups);
        try {
            SslContext forMonitoring = builder.build();
            SslContext forClients = forMonitoring;
            if (options.verify()) {
                forClients = builder.clientAuth(ClientAuth.REQUIRE).build();
                forbidResumption(forClients);
            }
            return new TlsContext(
                    this,
                    forClients,
                    forMonitoring,
                    options,
                    rate,
                    this == JDK ? groups : List.of(),
                    material.keys().stream().map(CertifiedKey::certificate).toList());
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    /**
     * Makes the context of connections to others, which must prove to be who they are unless the
     * options are {@link TlsOptions#insecure}.
     */
    TlsContext dialing(TlsOptions options, TlsMaterial material) throws TlsUnusableException {
        SslContextBuilder builder =
                SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
        if (!material.keys().isEmpty()) {
            builder.keyManager(factory(material));
        }
        List<String> groups = groups(options.curvePreferences());
        set(builder, options, material, groups);
        if (options.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null);
        }
        try {
            SslContext context = builder.build();
            forbidResumption(context);
            // Whoever was dialed shows a certificate, whatever those have to that dial.
            return new TlsContext(
                    this,
                    context,
                    context,
                    options.verified(),
                    new HandshakeRate(0, 0),
                    this == JDK ? groups : List.of(),
                    material.keys().stream().map(CertifiedKey::certificate).toList());
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    private static TlsUnusableException unusable(Exception e) {
        return new TlsUnusableException("TLS can't be used as configured: " + e.getMessage(), e);
    }

    private KeyManagerFactory factory(TlsMaterial material) {
        return factory(new ServerKeys(material.keys()));
    }

    /** What both directions have in common. */
    private void set(
            SslContextBuilder builder,
            TlsOptions options,
            TlsMaterial material,
            List<String> groups)
            throws TlsUnusableException {
        builder.sslProvider(netty)
                .protocols(protocols(options.minVersion()))
                .ciphers(ciphers(options.cipherSuites()));
        prefer(builder, groups);
        if (!material.authorities().isEmpty()) {
            builder.trustManager(material.authorities());
        }
    }

    private List<String> groups(List<String> curves) throws TlsUnusableException {
        List<String> groups = new ArrayList<>();
        for (String curve : curves) {
            String group = groupNames.get(curve);
            if (group == null) {
                throw new TlsUnusableException(
                        "curve preference " + curve + " is not supported by this JVM's TLS");
            }
            groups.add(group);
        }
        return groups;
    }

    private static String[] protocols(String minVersion) {
        return minVersion.equals("1.3")
                ? new String[] {"TLSv1.3"}
                : new String[] {"TLSv1.3", "TLSv1.2"};
    }

    /**
     * Those of TLS 1.3 are always on; what was chosen must be there, what wasn't may be missing.
     */
    private List<String> ciphers(List<String> chosen) throws TlsUnusableException {
        List<String> ciphers = new ArrayList<>(CipherSuites.TLS_1_3);
        for (String name : chosen) {
            if (has(name)) {
                ciphers.add(name);
            } else if (!chosen.equals(CipherSuites.TLS_1_2)) {
                throw new TlsUnusableException(
                        "cipher suite " + name + " is not supported by this JVM's TLS");
            }
        }
        return ciphers;
    }

    /** What contexts take keys from. */
    KeyManagerFactory factory(ServerKeys keys) {
        return new SimpleKeyManagerFactory() {
            @Override
            protected void engineInit(KeyStore store, char[] password) {
                throw new UnsupportedOperationException("has its keys");
            }

            @Override
            protected void engineInit(ManagerFactoryParameters parameters) {
                throw new UnsupportedOperationException("has its keys");
            }

            @Override
            protected KeyManager[] engineGetKeyManagers() {
                return new KeyManager[] {keys};
            }
        };
    }
}
