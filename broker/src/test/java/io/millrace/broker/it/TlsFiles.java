package io.millrace.broker.it;

import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.tls.TestCa;

import java.nio.file.Path;
import java.util.function.Consumer;

/** The files of a server with TLS, made by an authority of its own. */
final class TlsFiles {
    final TestCa ca = new TestCa();
    private final String cert;
    private final String key;
    private final String authority;

    TlsFiles(Path folder) throws Exception {
        this(folder, "EC");
    }

    TlsFiles(Path folder, String algorithm) throws Exception {
        TestCa.Issued server = ca.server(algorithm);
        cert = server.writeCertificate(folder, "server.pem");
        key = server.writeKey(folder, "server.key");
        authority = ca.write(folder);
    }

    /** What a client trusts. */
    String authority() {
        return authority;
    }

    TlsOptions.Builder options() {
        return TlsOptions.builder()
                .timeout(RawClient.PATIENCE)
                .certificate(cert, key)
                .caFile(authority);
    }

    /** Switches TLS on. */
    Consumer<OptionsBuilder> tls() {
        return tls(options -> {});
    }

    /** Switches TLS on, and changes it. */
    Consumer<OptionsBuilder> tls(Consumer<TlsOptions.Builder> change) {
        TlsOptions.Builder builder = options();
        change.accept(builder);
        return options -> options.tls(builder.build());
    }
}
