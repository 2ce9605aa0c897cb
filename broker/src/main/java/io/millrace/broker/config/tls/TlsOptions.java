package io.millrace.broker.config.tls;

import io.millrace.broker.config.Option;
import io.millrace.broker.config.Settings;
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

    /** Whether servers that are dialed are: one needs no certificate for that. */
    public boolean dials() {
        return enabled() || !caFile.isEmpty() || insecure;
    }

    /** Whether a client can't do without TLS. */
    public boolean required() {
        return enabled() && (!allowNonTls || handshakeFirst && fallbackDelay.isZero());
    }

    /** The same, for links on which both sides show a certificate, whatever the options say. */
    public TlsOptions verified() {
        return toBuilder().verify(true).build();
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
        TlsKeys.ROWS.put(this, builder.settings);
        return builder;
    }

    /** Collects the options; each setter is the record's component of the same name. */
    public static final class Builder {
        private final Settings settings = new Settings();

        private Builder() {}

        private <T> Builder set(Option<T> option, T value) {
            settings.set(option, value);
            return this;
        }

        public Builder certificates(List<CertificateFiles> value) {
            return set(TlsKeys.CERTIFICATES, value);
        }

        /** One certificate, and its key. */
        public Builder certificate(String certFile, String keyFile) {
            return certificates(List.of(new CertificateFiles(certFile, keyFile)));
        }

        public Builder caFile(String value) {
            return set(TlsKeys.CA_FILE, value);
        }

        public Builder verify(boolean value) {
            return set(TlsKeys.VERIFY, value);
        }

        public Builder map(boolean value) {
            return set(TlsKeys.MAP, value);
        }

        public Builder cipherSuites(List<String> value) {
            return set(TlsKeys.CIPHER_SUITES, value);
        }

        public Builder curvePreferences(List<String> value) {
            return set(TlsKeys.CURVE_PREFERENCES, value);
        }

        public Builder minVersion(String value) {
            return set(TlsKeys.MIN_VERSION, value);
        }

        /** Zero stands for the default of two seconds. */
        public Builder timeout(Duration value) {
            return set(TlsKeys.TIMEOUT, value);
        }

        public Builder connectionRateLimit(long value) {
            return set(TlsKeys.CONNECTION_RATE_LIMIT, value);
        }

        public Builder pinnedCerts(Set<String> value) {
            return set(TlsKeys.PINNED_CERTS, value);
        }

        /** With or without the handshake before INFO, for as long as {@code fallback} says. */
        public Builder handshakeFirst(boolean value, Duration fallback) {
            return set(TlsKeys.HANDSHAKE_FIRST, value).set(TlsKeys.FALLBACK_DELAY, fallback);
        }

        public Builder allowNonTls(boolean value) {
            return set(TlsKeys.ALLOW_NON_TLS, value);
        }

        public Builder insecure(boolean value) {
            return set(TlsKeys.INSECURE, value);
        }

        public Builder checkKnownUrls(boolean value) {
            return set(TlsKeys.CHECK_KNOWN_URLS, value);
        }

        public TlsOptions build() {
            return TlsKeys.of(settings);
        }
    }
}
