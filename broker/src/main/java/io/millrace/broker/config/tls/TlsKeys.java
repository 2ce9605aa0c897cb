package io.millrace.broker.config.tls;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.tls.CertificateFiles;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The options of a {@code tls} block, for clients or for other servers. They hang together: a
 * reload takes over the block as a whole.
 */
public final class TlsKeys {
    public static final Block TLS = new Block("tls");

    static final Rows<TlsOptions> ROWS = new Rows<>(TLS);

    /** The reference's. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** Whose connections a block is about. */
    enum Use {
        CLIENTS,
        /** Servers on both sides, each of which must have a certificate. */
        ROUTES,
        /** Leaf nodes that connect to this server. */
        LEAFS,
        /** What this server is a leaf node of, where it may go without a certificate. */
        REMOTES
    }

    static final Option<Use> USE = Option.of(Use.CLIENTS);

    static final Option<String> CERT_FILE = ROWS.option("").key(Kind.TEXT, "cert_file").concluded();

    static final Option<String> KEY_FILE = ROWS.option("").key(Kind.TEXT, "key_file").concluded();

    static final Option<String> CA_FILE =
            ROWS.option(TlsOptions::caFile, "").key(Kind.TEXT, "ca_file").live();

    /** What {@code cert_file} and {@code key_file} say is added when the block ends. */
    static final Option<List<CertificateFiles>> CERTIFICATES =
            ROWS.option(TlsOptions::certificates, List.<CertificateFiles>of())
                    .key(TlsBlock::certificates, "certs", "certificates")
                    .normal(List::copyOf)
                    .live();

    static final Option<Boolean> VERIFY =
            ROWS.option(TlsOptions::verify, false).key(Kind.BOOLEAN, "verify").live();

    static final Option<Boolean> MAP =
            ROWS.option(TlsOptions::map, false).key(Kind.BOOLEAN, "verify_and_map").live();

    static final Option<Duration> TIMEOUT =
            ROWS.option(TlsOptions::timeout, DEFAULT_TIMEOUT)
                    .key(TlsKeys::timeout, "timeout")
                    .normal(timeout -> timeout.isZero() ? DEFAULT_TIMEOUT : timeout)
                    .live();

    static final Option<String> MIN_VERSION =
            ROWS.option(TlsOptions::minVersion, "1.2").key(TlsKeys::version, "min_version").live();

    static final Option<List<String>> CIPHER_SUITES =
            ROWS.option(TlsOptions::cipherSuites, CipherSuites.TLS_1_2)
                    .key(Choices::cipherSuites, "cipher_suites")
                    .normal(List::copyOf)
                    .live();

    static final Option<Boolean> ALLOW_INSECURE_CIPHER_SUITES =
            ROWS.option(false).untoldKey(Kind.BOOLEAN, "allow_insecure_cipher_suites").concluded();

    /** Those of the chosen that are. */
    static final Option<List<String>> INSECURE_CIPHER_SUITES = Option.of(List.<String>of());

    static final Option<List<String>> CURVE_PREFERENCES =
            ROWS.option(TlsOptions::curvePreferences, List.<String>of())
                    .key(Choices::curvePreferences, "curve_preferences")
                    .normal(List::copyOf)
                    .live();

    static final Option<Boolean> INSECURE =
            ROWS.option(TlsOptions::insecure, false).key(TlsKeys::insecure, "insecure").live();

    static final Option<Set<String>> PINNED_CERTS =
            ROWS.option(TlsOptions::pinnedCerts, Set.<String>of())
                    .key(Choices::pinnedCerts, "pinned_certs")
                    .normal(Set::copyOf)
                    .live();

    static final Option<Boolean> HANDSHAKE_FIRST =
            ROWS.option(TlsOptions::handshakeFirst, false)
                    .key(HandshakeFirst::read, "handshake_first", "first", "immediate")
                    .live();

    /** How long the first handshake is waited for; for ever, if it is zero. */
    static final Option<Duration> FALLBACK_DELAY =
            ROWS.option(TlsOptions::fallbackDelay, Duration.ZERO).unmentioned().live();

    static final Option<Long> CONNECTION_RATE_LIMIT =
            ROWS.option(TlsOptions::connectionRateLimit, 0L)
                    .key(TlsKeys::rateLimit, "connection_rate_limit")
                    .normal(limit -> Math.max(0, limit))
                    .live();

    /** For clients, the block doesn't say it, but a key beside it. */
    static final Option<Boolean> ALLOW_NON_TLS =
            ROWS.option(TlsOptions::allowNonTls, false).unmentioned().live();

    static final Option<Boolean> CHECK_KNOWN_URLS =
            ROWS.option(TlsOptions::checkKnownUrls, false)
                    .untoldKey(TlsKeys::knownUrls, "verify_cert_and_check_known_urls")
                    .live();

    static {
        // Of OCSP, and of the certificate store of an operating system that we don't run on.
        TLS.notBuilt(
                (field, _) -> mustBeOff(field, "is not supported by Millrace yet"),
                "ocsp_peer",
                "cert_store",
                "cert_match_by",
                "cert_match",
                "cert_match_skip_invalid",
                "ca_certs_match");
    }

    private TlsKeys() {}

    /** The record. */
    static TlsOptions of(Settings settings) {
        return new TlsOptions(
                settings.get(CERTIFICATES),
                settings.get(CA_FILE),
                settings.get(VERIFY),
                settings.get(MAP),
                settings.get(CIPHER_SUITES),
                settings.get(CURVE_PREFERENCES),
                settings.get(MIN_VERSION),
                settings.get(TIMEOUT),
                settings.get(CONNECTION_RATE_LIMIT),
                settings.get(PINNED_CERTS),
                settings.get(HANDSHAKE_FIRST),
                settings.get(FALLBACK_DELAY),
                settings.get(ALLOW_NON_TLS),
                settings.get(INSECURE),
                settings.get(CHECK_KNOWN_URLS));
    }

    /**
     * Refuses what isn't false.
     *
     * @param why behind the key
     */
    static void mustBeOff(Field field, String why) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Bool(Position _, boolean on)) || on) {
            throw new BadValueException("\"" + field.key() + "\" " + why);
        }
    }

    private static boolean insecure(Field field, Reading in) throws BadValueException {
        if (in.settings().get(USE) == Use.CLIENTS) {
            mustBeOff(field, "has no meaning for clients; it would be about servers we connect to");
        }
        return Kind.BOOLEAN.read(field, in);
    }

    private static boolean knownUrls(Field field, Reading in) throws BadValueException {
        if (in.settings().get(USE) != Use.ROUTES) {
            mustBeOff(field, "not supported in this context");
        }
        return Kind.BOOLEAN.read(field, in);
    }

    private static long rateLimit(Field field, Reading in) throws BadValueException {
        long limit = Kind.WHOLE.read(field, in);
        Use use = in.settings().get(USE);
        if (use != Use.CLIENTS && limit != 0) {
            throw new BadValueException(
                    "\""
                            + field.key()
                            + "\" has no meaning for "
                            + (use == Use.ROUTES ? "routes" : "leaf nodes"));
        }
        return limit;
    }

    private static String version(Field field, Reading in) throws BadValueException {
        String text = Kind.TEXT.read(field, in);
        return switch (text) {
            case "1.2", "1.3" -> text;
            case "1.0", "1.1" ->
                    throw new BadValueException("unsupported TLS version: TLS " + text);
            default -> throw new BadValueException("unknown TLS version: " + text);
        };
    }

    private static Duration timeout(Field field, Reading in) throws BadValueException {
        String key = field.key();
        Duration timeout =
                switch (field.value()) {
                    case ConfigValue.Whole(Position _, long seconds) -> seconds(key, seconds);
                    case ConfigValue.Fraction(Position _, double seconds) -> seconds(key, seconds);
                    default -> Typed.strictDuration(key, field.value());
                };
        if (timeout.isNegative()) {
            throw new BadValueException(key + " cannot be negative: " + Durations.text(timeout));
        }
        return timeout;
    }

    private static Duration seconds(String key, double seconds) throws BadValueException {
        if (Math.abs(seconds) > Durations.MAX_SECONDS) {
            throw new BadValueException(key + " value is too big");
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
