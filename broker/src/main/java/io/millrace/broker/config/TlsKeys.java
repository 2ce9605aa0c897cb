package io.millrace.broker.config;

import io.millrace.broker.tls.CertificateFiles;
import io.millrace.broker.tls.TlsFileException;
import io.millrace.broker.tls.TlsMaterial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys of a {@code tls} block, for clients or for routes: what each means for them. */
final class TlsKeys {
    /** How long {@code handshake_first: auto} waits; the reference's. */
    static final Duration AUTO_FALLBACK = Duration.ofMillis(50);

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** Of OCSP, and of the certificate store of an operating system that we don't run on. */
    private static final Set<String> NOT_YET =
            Set.of(
                    "ocsp_peer",
                    "cert_store",
                    "cert_match_by",
                    "cert_match",
                    "cert_match_skip_invalid",
                    "ca_certs_match");

    /** Whether it is about routes: servers on both sides, each of which must have a certificate. */
    private final boolean forRoutes;

    private final TlsOptions.Builder tls = TlsOptions.builder();
    private final List<ConfigProblem> errors;
    private final List<CertificateFiles> certificates = new ArrayList<>();
    private final List<String> insecureSuites = new ArrayList<>();
    private String certFile = "";
    private String keyFile = "";
    private String caFile = "";
    private boolean verify;
    private boolean map;
    private boolean allowInsecure;

    private TlsKeys(boolean forRoutes, List<ConfigProblem> errors) {
        this.forRoutes = forRoutes;
        this.errors = errors;
    }

    /**
     * Reads a block, and the files it names.
     *
     * @param errors where all problems go, each with the place of what is wrong
     * @return the options; useless if there are new errors
     * @throws BadValueException if the block as a whole is wrong
     */
    static TlsOptions read(ConfigValue value, List<ConfigProblem> errors) throws BadValueException {
        return new TlsKeys(false, errors).block(value);
    }

    /** The same for the {@code tls} block of a cluster. */
    static TlsOptions readForRoutes(ConfigValue value, List<ConfigProblem> errors)
            throws BadValueException {
        return new TlsKeys(true, errors).block(value);
    }

    private TlsOptions block(ConfigValue value) throws BadValueException {
        int before = errors.size();
        for (Map.Entry<String, ConfigValue.Entry> entry : Typed.table("tls", value).entrySet()) {
            try {
                apply(entry.getKey(), entry.getValue());
            } catch (BadValueException e) {
                errors.add(new ConfigProblem(entry.getValue().at(), e.getMessage()));
            }
        }
        if (errors.size() > before) {
            return TlsOptions.OFF;
        }
        if (!allowInsecure && !insecureSuites.isEmpty()) {
            throw new BadValueException(
                    "insecure cipher suites configured without 'allow_insecure_cipher_suites'"
                            + " option set: "
                            + String.join(", ", insecureSuites));
        }
        TlsOptions read =
                tls.certificates(allCertificates())
                        .caFile(caFile)
                        .verify(verify || map || forRoutes)
                        .map(map)
                        .build();
        check(read);
        return read;
    }

    private List<CertificateFiles> allCertificates() throws BadValueException {
        if (!certificates.isEmpty() && !certFile.isEmpty()) {
            throw new BadValueException(
                    "error parsing tls config, cannot combine 'cert_file' option with 'certs'"
                            + " option");
        }
        if (!certFile.isEmpty() && keyFile.isEmpty()) {
            throw new BadValueException("missing 'key_file' in TLS configuration");
        }
        if (certFile.isEmpty() && !keyFile.isEmpty()) {
            throw new BadValueException("missing 'cert_file' in TLS configuration");
        }
        if (!certFile.isEmpty()) {
            return List.of(new CertificateFiles(certFile, keyFile));
        }
        if (certificates.isEmpty()) {
            throw new BadValueException(
                    "tls needs a certificate: 'cert_file' and 'key_file', or 'certs'");
        }
        return certificates;
    }

    /** Whether the files can be used: an operator wants to know that before the server starts. */
    private static void check(TlsOptions tls) throws BadValueException {
        try {
            TlsMaterial.load(tls.certificates(), tls.caFile());
        } catch (TlsFileException e) {
            throw new BadValueException(String.valueOf(e.getMessage()));
        }
    }

    private void apply(String writtenKey, ConfigValue.Entry entry) throws BadValueException {
        String key = writtenKey.toLowerCase(Locale.ROOT);
        ConfigValue value = entry.value();
        switch (key) {
            case "cert_file" -> certFile = Typed.text(key, value);
            case "key_file" -> keyFile = Typed.text(key, value);
            case "certs", "certificates" -> certificates(key, value);
            case "ca_file" -> caFile = Typed.text(key, value);
            case "verify" -> verify = Typed.flag(key, value);
            case "verify_and_map" -> map = Typed.flag(key, value);
            case "insecure" -> {
                if (!forRoutes) {
                    mustBeOff(
                            key,
                            value,
                            "has no meaning for clients; it would be about servers we connect to");
                }
                tls.insecure(Typed.flag(key, value));
            }
            case "verify_cert_and_check_known_urls" -> {
                if (!forRoutes) {
                    mustBeOff(key, value, "not supported in this context");
                }
                tls.checkKnownUrls(Typed.flag(key, value));
            }
            case "cipher_suites" -> cipherSuites(key, value);
            case "allow_insecure_cipher_suites" -> allowInsecure = Typed.flag(key, value);
            case "curve_preferences" -> curvePreferences(key, value);
            case "min_version" -> tls.minVersion(version(Typed.text(key, value)));
            case "timeout" -> tls.timeout(timeout(key, value));
            case "connection_rate_limit" -> tls.connectionRateLimit(rateLimit(key, value));
            case "pinned_certs" -> pinnedCerts(key, value);
            case "handshake_first", "first", "immediate" -> handshakeFirst(key, value);
            default -> {
                if (NOT_YET.contains(key)) {
                    mustBeOff(key, value, "is not supported by Millrace yet");
                } else if (!entry.isVariable()) {
                    throw UnknownField.in(UnknownField.Block.TLS, writtenKey);
                }
            }
        }
    }

    private long rateLimit(String key, ConfigValue value) throws BadValueException {
        long limit = Typed.whole(key, value);
        if (forRoutes && limit != 0) {
            throw new BadValueException("\"" + key + "\" has no meaning for routes");
        }
        return limit;
    }

    private static void mustBeOff(String key, ConfigValue value, String why)
            throws BadValueException {
        if (!(value instanceof ConfigValue.Flag(Position _, boolean on)) || on) {
            throw new BadValueException("\"" + key + "\" " + why);
        }
    }

    private void certificates(String key, ConfigValue value) throws BadValueException {
        for (ConfigValue pair : array(key, value)) {
            String cert = "";
            String privateKey = "";
            for (Map.Entry<String, ConfigValue.Entry> entry : Typed.table(key, pair).entrySet()) {
                String name = entry.getKey();
                String file = Typed.text(name, entry.getValue().value());
                switch (name) {
                    case "cert_file" -> cert = file;
                    case "key_file" -> privateKey = file;
                    default -> throw new BadValueException("unknown field \"" + name + "\"");
                }
            }
            if (cert.isEmpty() || privateKey.isEmpty()) {
                throw new BadValueException(
                        "each of '" + key + "' needs both 'cert_file' and 'key_file'");
            }
            certificates.add(new CertificateFiles(cert, privateKey));
        }
    }

    private void cipherSuites(String key, ConfigValue value) throws BadValueException {
        List<String> chosen = new ArrayList<>();
        for (ConfigValue element : filled(key, value)) {
            String name = Typed.text(key, element);
            if (!CipherSuites.all().contains(name)) {
                throw new BadValueException("unrecognized cipher " + name);
            }
            if (CipherSuites.INSECURE.contains(name)) {
                insecureSuites.add(name);
            }
            if (!CipherSuites.TLS_1_3.contains(name)) {
                chosen.add(name);
            }
        }
        tls.cipherSuites(chosen);
    }

    private void curvePreferences(String key, ConfigValue value) throws BadValueException {
        List<String> chosen = new ArrayList<>();
        for (ConfigValue element : filled(key, value)) {
            String name = Typed.text(key, element);
            if (!Curves.ALL.contains(name)) {
                throw new BadValueException("unrecognized curve preference " + name);
            }
            if (!Curves.BUILT.contains(name)) {
                throw BadValueException.notYet("curve preference " + name);
            }
            chosen.add(name);
        }
        tls.curvePreferences(chosen);
    }

    private static String version(String text) throws BadValueException {
        return switch (text) {
            case "1.2", "1.3" -> text;
            case "1.0", "1.1" ->
                    throw new BadValueException("unsupported TLS version: TLS " + text);
            default -> throw new BadValueException("unknown TLS version: " + text);
        };
    }

    private static Duration timeout(String key, ConfigValue value) throws BadValueException {
        Duration timeout =
                switch (value) {
                    case ConfigValue.Whole(Position _, long seconds) -> seconds(key, seconds);
                    case ConfigValue.Fraction(Position _, double seconds) -> seconds(key, seconds);
                    default -> Typed.strictDuration(key, value);
                };
        if (timeout.isNegative()) {
            throw new BadValueException(key + " cannot be negative: " + Durations.text(timeout));
        }
        return timeout;
    }

    private static Duration seconds(String key, double seconds) throws BadValueException {
        if (Math.abs(seconds) > ConfigKeys.MAX_SECONDS) {
            throw new BadValueException(key + " value is too big");
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private void pinnedCerts(String key, ConfigValue value) throws BadValueException {
        Set<String> pinned = new HashSet<>();
        for (ConfigValue element : array(key, value)) {
            String hex = Typed.text(key, element).toLowerCase(Locale.ROOT);
            if (!SHA_256.matcher(hex).matches()) {
                throw new BadValueException(
                        key
                                + " must be the SHA-256 of public keys (DER SubjectPublicKeyInfo)"
                                + " in hex: "
                                + hex);
            }
            pinned.add(hex);
        }
        tls.pinnedCerts(pinned);
    }

    private void handshakeFirst(String key, ConfigValue value) throws BadValueException {
        if (forRoutes) {
            mustBeOff(key, value, "has no meaning for routes");
        }
        if (value instanceof ConfigValue.Flag(Position _, boolean on)) {
            tls.handshakeFirst(on, Duration.ZERO);
            return;
        }
        if (!(value instanceof ConfigValue.Text(Position _, String text))) {
            throw Typed.wrongKind(key, "boolean or string", value);
        }
        switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "on" -> tls.handshakeFirst(true, Duration.ZERO);
            case "false", "off" -> tls.handshakeFirst(false, Duration.ZERO);
            case "auto", "auto_fallback" -> tls.handshakeFirst(true, AUTO_FALLBACK);
            default -> tls.handshakeFirst(true, fallback(key, text));
        }
    }

    private static Duration fallback(String key, String text) throws BadValueException {
        try {
            Duration fallback = Durations.parse(text);
            if (!fallback.isNegative()) {
                return fallback;
            }
        } catch (IllegalArgumentException e) {
            // neither a word we know nor a duration
        }
        throw new BadValueException("field \"" + key + "\"'s value \"" + text + "\" is invalid");
    }

    private static List<ConfigValue> filled(String key, ConfigValue value)
            throws BadValueException {
        List<ConfigValue> values = array(key, value);
        if (values.isEmpty()) {
            throw new BadValueException("'" + key + "' cannot be empty");
        }
        return values;
    }

    private static List<ConfigValue> array(String key, ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Array(Position _, List<ConfigValue> values)) {
            return values;
        }
        throw Typed.wrongKind(key, "list", value);
    }
}
