package io.millrace.broker.config.tls;

import java.util.List;
import java.util.stream.Stream;

/** What {@code --help_tls} prints. */
public final class TlsUsage {
    private static final String TEXT =
            """

            TLS is configured in the tls block of a configuration file, such as:

                tls {
                    cert_file:      "./certs/server-cert.pem"
                    key_file:       "./certs/server-key.pem"
                    ca_file:        "./certs/ca.pem"
                    verify:         true
                    min_version:    "1.3"
                }

            Files are PEM; keys in PKCS#8, PKCS#1 or SEC 1 form, not encrypted.

            Available cipher suites include:
            %s
            and, with allow_insecure_cipher_suites, where the JVM still has them:
            %s
            The three suites of TLS 1.3 are always on.

            Available curve preferences include:
            %s""";

    private TlsUsage() {}

    /** The text, with what this server knows. */
    public static String text() {
        return TEXT.formatted(
                lines(
                        Stream.concat(CipherSuites.TLS_1_3.stream(), CipherSuites.TLS_1_2.stream())
                                .toList()),
                lines(CipherSuites.INSECURE),
                lines(Curves.BUILT));
    }

    private static String lines(List<String> names) {
        StringBuilder lines = new StringBuilder();
        names.forEach(name -> lines.append("    ").append(name).append('\n'));
        return lines.toString();
    }
}
