package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Key;
import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.tls.TlsKeys;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.tls.CertificateFiles;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tls block, key by key. */
class TlsKeysTest {
    private static final String PIN = "ab".repeat(32);

    /** Every key: a value, the option it sets, what that is then, a wrong value and its message. */
    private static final String KEYS =
            """
            cert_file            | CERT                  | certificates      | PAIRS   | 1  | cert_file must be a string, but is an integer
            key_file             | KEY                   | certificates      | PAIRS   | 1  | key_file must be a string, but is an integer
            certs                | [{cert_file: CERT, key_file: KEY}] | certificates | PAIRS | 1 | certs must be a list, but is an integer
            certificates         | [{cert_file: CERT, key_file: KEY}] | certificates | PAIRS | [1] | certificates must be a map, but is an integer
            ca_file              | CERT                  | caFile            | CERT    | 1  | ca_file must be a string, but is an integer
            verify               | true                  | verify            | true    | 1  | verify must be a boolean, but is an integer
            verify_and_map       | true                  | verify            | true    | 1  | verify_and_map must be a boolean, but is an integer
            verify_and_map       | true                  | map               | true    | 1  | verify_and_map must be a boolean, but is an integer
            insecure             | false                 |                   |         | true | "insecure" has no meaning for clients; it would be about servers we connect to
            verify_cert_and_check_known_urls | false     |                   |         | true | "verify_cert_and_check_known_urls" not supported in this context
            cipher_suites        | [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256] | cipherSuites | [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384] | [x] | unrecognized cipher x
            cipher_suites        | [TLS_AES_128_GCM_SHA256] | cipherSuites   | []      | [] | 'cipher_suites' cannot be empty
            allow_insecure_cipher_suites | true          |                   |         | 1  | allow_insecure_cipher_suites must be a boolean, but is an integer
            curve_preferences    | [X25519MLKEM768, X25519, CurveP256] | curvePreferences | [X25519MLKEM768, X25519, CurveP256] | [x] | unrecognized curve preference x
            curve_preferences    | [CurveP384, CurveP521] | curvePreferences | [CurveP384, CurveP521] | [SecP256r1MLKEM768] | curve preference SecP256r1MLKEM768 is not supported by Millrace yet
            curve_preferences    | [CurveP384]           | curvePreferences  | [CurveP384] | [] | 'curve_preferences' cannot be empty
            min_version          | '1.3'                 | minVersion        | 1.3     | '1.1' | unsupported TLS version: TLS 1.1
            min_version          | '1.3'                 | minVersion        | 1.3     | '1.4' | unknown TLS version: 1.4
            timeout              | 3                     | timeout           | PT3S    | true | timeout must be a string, but is a boolean
            timeout              | 0.5                   | timeout           | PT0.5S  | -1 | timeout cannot be negative: -1s
            timeout              | '1m'                  | timeout           | PT1M    | 9223372036854775807 | timeout value is too big
            timeout              | '100ms'               | timeout           | PT0.1S  | '5 s' | error parsing timeout: time: unknown unit " s" in duration "5 s"; units are ns, us, ms, s, m and h
            connection_rate_limit | 10                   | connectionRateLimit | 10    | x  | connection_rate_limit must be a whole number, but is a string
            pinned_certs         | [PIN]                 | pinnedCerts       | [PIN]   | x  | pinned_certs must be a list, but is a string
            pinned_certs         | [PIN]                 | pinnedCerts       | [PIN]   | [ab] | pinned_certs must be the SHA-256 of public keys (DER SubjectPublicKeyInfo) in hex: ab
            handshake_first      | true                  | handshakeFirst    | true    | 1  | handshake_first must be a boolean or string, but is an integer
            handshake_first      | 'auto'                | fallbackDelay     | PT0.05S | x  | field "handshake_first"'s value "x" is invalid
            handshake_first      | '300ms'               | fallbackDelay     | PT0.3S  | '-1s' | field "handshake_first"'s value "-1s" is invalid
            first                | 'on'                  | handshakeFirst    | true    | 1  | first must be a boolean or string, but is an integer
            immediate            | 'auto_fallback'       | handshakeFirst    | true    | 1  | immediate must be a boolean or string, but is an integer
            """;

    private static final Set<String> NOT_BUILT =
            Set.of(
                    "ocsp_peer",
                    "cert_store",
                    "cert_match_by",
                    "cert_match",
                    "cert_match_skip_invalid",
                    "ca_certs_match");

    private static String cert;
    private static String key;

    private final OptionsBuilder options = new OptionsBuilder();

    @BeforeAll
    static void issue(@TempDir Path folder) throws Exception {
        TestCa.Issued issued = new TestCa().server();
        cert = issued.writeCertificate(folder, "cert.pem");
        key = issued.writeKey(folder, "key.pem");
    }

    private static String filled(String text) {
        return text.replace("CERT", "'" + cert + "'")
                .replace("KEY", "'" + key + "'")
                .replace("PIN", PIN.toUpperCase(Locale.ROOT));
    }

    private static String block(String... lines) {
        return filled(
                "tls {\n" + String.join("\n", lines) + "\ncert_file: CERT\nkey_file: KEY\n}\n");
    }

    private ConfigFile read(String content) {
        return ConfigFile.read(new MemorySource().file("c", content), "c", options);
    }

    private TlsOptions concluded(String content) {
        assertThat(read(content).errors()).isEmpty();
        return options.conclude(2).tls();
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKey(String name, String value, String option, String expected)
            throws Exception {
        String rest =
                switch (name) {
                    case "cert_file" -> "key_file: KEY";
                    case "key_file" -> "cert_file: CERT";
                    case "certs", "certificates" -> "";
                    default -> "cert_file: CERT\nkey_file: KEY";
                };
        String line = name.toUpperCase(Locale.ROOT) + ": " + filled(value) + "\n";
        TlsOptions tls = concluded("tls {\n" + line + filled(rest) + "\n}\n");
        assertThat(tls.enabled()).isTrue();
        if (option != null) {
            String pairs = List.of(new CertificateFiles(cert, key)).toString();
            assertThat(OptionPath.read(options.conclude(2), "tls." + option))
                    .isEqualTo(
                            expected.replace("PAIRS", pairs)
                                    .replace("CERT", cert)
                                    .replace("PIN", PIN));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldRefuseTheWrongValueOfEveryKeyWithItsPlace(
            String name, String value, String option, String expected, String wrong, String says) {
        assertThat(read("tls {\n  " + name + ": " + wrong + "\n}").errors())
                .containsExactly("c:2:3: " + says);
    }

    @Test
    void shouldHaveTestedEveryKey() {
        assertThat(KeyTable.names(KEYS))
                .as("add what is missing to the table above")
                .isEqualTo(KeyTable.names(TlsKeys.TLS.keys().stream().filter(Key::isBuilt)));
    }

    @Test
    void shouldHaveTheReferencesDefaults() {
        TlsOptions tls = concluded(block(""));
        assertThat(tls.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(tls.minVersion()).isEqualTo("1.2");
        assertThat(tls.required()).isTrue();
        assertThat(concluded(block("timeout: 0")).timeout()).isEqualTo(Duration.ofSeconds(2));
    }

    /** As in the reference: a client gets one second more than its handshake may take. */
    @Test
    void shouldLeaveTimeForTheHandshakeToSayWhoOneIs() {
        concluded(block("timeout: 3"));
        assertThat(options.conclude(2).auth().timeout()).isEqualTo(Duration.ofSeconds(4));
        concluded("authorization { user: a, password: b, timeout: 1 }\n");
        assertThat(options.conclude(2).auth().timeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void shouldBeOffUnlessConfigured() {
        assertThat(concluded("allow_non_tls: true\n").enabled()).isFalse();
        assertThat(options.conclude(2).tls().required()).isFalse();
    }

    @Test
    void shouldRequireTlsUnlessOthersAreAllowed() {
        assertThat(concluded("allow_non_tls: true\n" + block("")).required()).isFalse();
        assertThat(concluded("allow_non_tls: true\n" + block("first: auto")).required()).isFalse();
        assertThat(concluded("allow_non_tls: true\n" + block("first: true")).required()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    tls {}                                       | tls needs a certificate: 'cert_file' and 'key_file', or 'certs'
                    tls: true                                    | tls must be a map, but is a boolean
                    tls { cert_file: a }                         | missing 'key_file' in TLS configuration
                    tls { key_file: a }                          | missing 'cert_file' in TLS configuration
                    tls { cert_file: CERT, key_file: KEY, certs: [{cert_file: CERT, key_file: KEY}] } | error parsing tls config, cannot combine 'cert_file' option with 'certs' option
                    tls { cert_file: '/no/such', key_file: KEY } | error parsing X509 certificate/key pair: open /no/such: no such file or directory
                    tls { certs: [{cert_file: CERT, key_file: KEY}, {cert_file: CERT, key_file: '/no'}] } | error parsing X509 certificate/key pair 2/2: open /no: no such file or directory
                    tls { cert_file: CERT, key_file: KEY, ca_file: '/no' } | open /no: no such file or directory
                    tls { cert_file: CERT, key_file: KEY, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] } | insecure cipher suites configured without 'allow_insecure_cipher_suites' option set: TLS_RSA_WITH_RC4_128_SHA
                    """)
    void shouldRefuseBlocksThatAreOfNoUseWithTheirPlace(String content, String message) {
        assertThat(read("\n  " + filled(content)).errors()).containsExactly("c:2:3: " + message);
        assertThat(options.conclude(2).tls().enabled()).isFalse();
    }

    @ParameterizedTest
    @FieldSource("NOT_BUILT")
    void shouldRefuseKeysThatAreNotBuilt(String name) {
        assertThat(read("tls {\n " + name + ": x\n}").errors())
                .containsExactly("c:2:2: \"" + name + "\" is not supported by Millrace yet");
        assertThat(read(block(name + ": false")).errors()).isEmpty();
    }

    @Test
    void shouldRefuseUnknownKeysButNotVariables() {
        assertThat(read("tls {\n foo: 1\n certs: [{cert_file: a, x: b}]\n}").errors())
                .containsExactly("c:2:2: unknown field \"foo\"", "c:3:2: unknown field \"x\"");
        assertThat(read(block("MINE: 7s", "timeout: $MINE")).errors()).isEmpty();
        assertThat(options.conclude(2).tls().timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void shouldRefusePairsThatAreNone() {
        assertThat(read("tls {\n certs: [{cert_file: a}]\n}").errors())
                .containsExactly("c:2:2: each of 'certs' needs both 'cert_file' and 'key_file'");
    }
}
