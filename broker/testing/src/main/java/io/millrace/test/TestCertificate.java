package io.millrace.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate of 127.0.0.1 and localhost, made by the JDK's keytool, and what trusts it. */
final class TestCertificate {
    private static final String NAME = "server";

    /** Of the stores. */
    static final String PASSWORD = "changeit";

    private final Path certificate;
    private final Path key;
    private final Path trustStore;
    private final SSLContext context;

    private TestCertificate(Path certificate, Path key, Path trustStore, SSLContext context) {
        this.certificate = certificate;
        this.key = key;
        this.trustStore = trustStore;
        this.context = context;
    }

    static TestCertificate make(Path folder) throws IOException {
        Path store = folder.resolve("server.p12");
        makeStore(store);
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Path certificate = folder.resolve("server.pem");
            Path key = folder.resolve("server-key.pem");
            write(certificate, "CERTIFICATE", keys.getCertificate(NAME).getEncoded());
            write(key, "PRIVATE KEY", keys.getKey(NAME, PASSWORD.toCharArray()).getEncoded());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(NAME, keys.getCertificate(NAME));
            Path trustStore = folder.resolve("trust.p12");
            try (OutputStream out = Files.newOutputStream(trustStore)) {
                trusted.store(out, PASSWORD.toCharArray());
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return new TestCertificate(certificate, key, trustStore, context);
        } catch (GeneralSecurityException e) {
            throw new IOException("the server's certificate can't be used", e);
        }
    }

    private static void makeStore(Path store) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process =
                new ProcessBuilder(
                                keytool.toString(),
                                "-genkeypair",
                                "-alias",
                                NAME,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "SAN=ip:127.0.0.1,dns:localhost",
                                "-validity",
                                "30",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool makes no certificate: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool makes a certificate", e);
        }
    }

    private static void write(Path file, String what, byte[] content) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                file, "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
    }

    /** The block of the server's configuration. */
    String config() {
        return "tls { cert_file: \""
                + Wanted.slashes(certificate)
                + "\", key_file: \""
                + Wanted.slashes(key)
                + "\" }\n";
    }

    /** A PKCS #12 file of what trusts it. */
    Path trustStore() {
        return trustStore;
    }

    SSLContext context() {
        return context;
    }
}
