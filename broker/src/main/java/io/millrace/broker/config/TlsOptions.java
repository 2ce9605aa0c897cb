package io.millrace.broker.config;

import io.millrace.broker.tls.CertificateFiles;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How clients, or routes, reach the server over TLS.
 *
 * @param certificates what the server proves itself with; empty if there is no TLS. Of several, a
 *     client gets the first that has the name it asks for.
 * @param caFile who may vouch for clients; empty for the authorities the JVM trusts
 * @param verify whether clients must have a certificate
 * @param map whether the certificate says who the user is
 * @param cipherSuites of TLS 1.2, the preferred first; those of TLS 1.3 are always on
 * @param curvePreferences named as the reference names them; empty for the provider's choice
 * @param minVersion {@code 1.2} or {@code 1.3}
 * @param timeout for the handshake
 * @param connectionRateLimit handshakes begun in one second; 0 for no limit
 * @param pinnedCerts SHA-256 of the public keys that clients may have, in hex; empty for any
 * @param handshakeFirst whether the handshake comes before INFO
 * @param fallbackDelay how long to wait for that handshake before INFO is sent after all; zero for
 *     ever
 * @param allowNonTls whether clients may do without TLS
 * @param insecure for routes: whether servers that we connect to may have any certificate
 * @param checkKnownUrls for routes: whether a server that connects must have the host of one of the
 *     configured routes among the DNS names of its certificate
 */
public record TlsOptions(
        List<CertificateFiles> certificates,
        String caFile,
        boolean verify,
        boolean map,
        List<String> cipherSuites,
        List<String> curvePreferences,
        String minVersion,
        Duration timeout,
        long connectionRateLimit,
        Set<String> pinnedCerts,
        boolean handshakeFirst,
        Duration fallbackDelay,
        boolean allowNonTls,
        boolean insecure,
        boolean checkKnownUrls) {

    /** No TLS. */
    public static final TlsOptions OFF = builder().build();

    /** Whether there is TLS at all. */
    public boolean enabled() {
        return !certificates.isEmpty();
    }

    /** Whether a client can't do without TLS. */
    public boolean required() {
        return enabled() && (!allowNonTls || handshakeFirst && fallbackDelay.isZero());
    }

    TlsOptions withAllowNonTls(boolean allow) {
        return toBuilder().allowNonTls(allow).build();
    }

    /** The defaults, and no certificate yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** These options, to be changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.certificates = certificates;
        builder.caFile = caFile;
        builder.verify = verify;
        builder.map = map;
        builder.cipherSuites = cipherSuites;
        builder.curvePreferences = curvePreferences;
        builder.minVersion = minVersion;
        builder.timeout = timeout;
        builder.connectionRateLimit = connectionRateLimit;
        builder.pinnedCerts = pinnedCerts;
        builder.handshakeFirst = handshakeFirst;
        builder.fallbackDelay = fallbackDelay;
        builder.allowNonTls = allowNonTls;
        builder.insecure = insecure;
        builder.checkKnownUrls = checkKnownUrls;
        return builder;
    }

    /** Collects the options; each setter is the record's component of the same name. */
    public static final class Builder {
        /** The reference's. */
        private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

        private List<CertificateFiles> certificates = List.of();
        private String caFile = "";
        private boolean verify;
        private boolean map;
        private List<String> cipherSuites = CipherSuites.TLS_1_2;
        private List<String> curvePreferences = List.of();
        private String minVersion = "1.2";
        private Duration timeout = DEFAULT_TIMEOUT;
        private long connectionRateLimit;
        private Set<String> pinnedCerts = Set.of();
        private boolean handshakeFirst;
        private Duration fallbackDelay = Duration.ZERO;
        private boolean allowNonTls;
        private boolean insecure;
        private boolean checkKnownUrls;

        private Builder() {}

        public Builder certificates(List<CertificateFiles> value) {
            certificates = List.copyOf(value);
            return this;
        }

        /** One certificate, and its key. */
        public Builder certificate(String certFile, String keyFile) {
            return certificates(List.of(new CertificateFiles(certFile, keyFile)));
        }

        public Builder caFile(String value) {
            caFile = value;
            return this;
        }

        public Builder verify(boolean value) {
            verify = value;
            return this;
        }

        public Builder map(boolean value) {
            map = value;
            return this;
        }

        public Builder cipherSuites(List<String> value) {
            cipherSuites = List.copyOf(value);
            return this;
        }

        public Builder curvePreferences(List<String> value) {
            curvePreferences = List.copyOf(value);
            return this;
        }

        public Builder minVersion(String value) {
            minVersion = value;
            return this;
        }

        /** Zero stands for the default of two seconds. */
        public Builder timeout(Duration value) {
            timeout = value.isZero() ? DEFAULT_TIMEOUT : value;
            return this;
        }

        public Builder connectionRateLimit(long value) {
            connectionRateLimit = Math.max(0, value);
            return this;
        }

        public Builder pinnedCerts(Set<String> value) {
            pinnedCerts = Set.copyOf(value);
            return this;
        }

        /** With or without the handshake before INFO, for as long as {@code fallback} says. */
        public Builder handshakeFirst(boolean value, Duration fallback) {
            handshakeFirst = value;
            fallbackDelay = fallback;
            return this;
        }

        public Builder allowNonTls(boolean value) {
            allowNonTls = value;
            return this;
        }

        public Builder insecure(boolean value) {
            insecure = value;
            return this;
        }

        public Builder checkKnownUrls(boolean value) {
            checkKnownUrls = value;
            return this;
        }

        public TlsOptions build() {
            return new TlsOptions(
                    certificates,
                    caFile,
                    verify,
                    map,
                    cipherSuites,
                    curvePreferences,
                    minVersion,
                    timeout,
                    connectionRateLimit,
                    pinnedCerts,
                    handshakeFirst,
                    fallbackDelay,
                    allowNonTls,
                    insecure,
                    checkKnownUrls);
        }
    }
}
