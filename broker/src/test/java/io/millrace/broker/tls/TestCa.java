package io.millrace.broker.tls;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

/** An authority that lives as long as a test, and what it issues. */
public final class TestCa {
    private static final GeneralName LOCALHOST = new GeneralName(GeneralName.dNSName, "localhost");
    private static final GeneralName LOOPBACK = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
    private static final char[] NO_PASSWORD = {};

    private final String name;
    private final KeyPair keys;
    private final X509Certificate certificate;
    private int serial = 1;

    /** A certificate and its keys. */
    public record Issued(X509Certificate certificate, KeyPair keys) {
        /** Writes the certificate; returns the file. */
        public String writeCertificate(Path folder, String name) throws Exception {
            return write(folder, name, pem("CERTIFICATE", certificate.getEncoded()));
        }

        /** Writes the key as PKCS#8; returns the file. */
        public String writeKey(Path folder, String name) throws Exception {
            return write(folder, name, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        }
    }

    public TestCa() throws Exception {
        this("CN=Test CA");
    }

    /** An authority of this name. */
    public TestCa(String name) throws Exception {
        this.name = name;
        keys = keys("EC");
        certificate = sign(name, keys, true, tomorrow()).certificate();
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Writes the authority's certificate; returns the file. */
    public String write(Path folder) throws Exception {
        return write(folder, "ca.pem", pem("CERTIFICATE", certificate.getEncoded()));
    }

    /**
     * Issues a certificate.
     *
     * @param algorithm RSA, EC or Ed25519
     */
    public Issued issue(String subject, String algorithm, GeneralName... names) throws Exception {
        return sign(subject, keys(algorithm), false, tomorrow(), names);
    }

    /** Issues one for a server on this machine, with an elliptic curve's key. */
    public Issued server() throws Exception {
        return server("EC");
    }

    public Issued server(String algorithm) throws Exception {
        return issue("CN=localhost", algorithm, LOCALHOST, LOOPBACK);
    }

    /** Issues one for a server on this machine that was good until an hour ago. */
    public Issued expiredServer() throws Exception {
        return sign(
                "CN=localhost",
                keys("EC"),
                false,
                Instant.now().minus(Duration.ofHours(1)),
                LOCALHOST,
                LOOPBACK);
    }

    public static KeyPair keys(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        switch (algorithm) {
            case "RSA" -> generator.initialize(2048);
            case "EC" -> generator.initialize(256);
            default -> {}
        }
        return generator.generateKeyPair();
    }

    private static Instant tomorrow() {
        return Instant.now().plus(Duration.ofDays(1));
    }

    private Issued sign(
            String subject, KeyPair subjectKeys, boolean isCa, Instant end, GeneralName... names)
            throws Exception {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Principal(name),
                        BigInteger.valueOf(serial++),
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(end),
                        new X500Principal(subject),
                        subjectKeys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
        if (names.length > 0) {
            builder.addExtension(
                    Extension.subjectAlternativeName, subject.isEmpty(), new GeneralNames(names));
        }
        X509Certificate made =
                new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder("SHA256withECDSA")
                                                .build(keys.getPrivate())));
        return new Issued(made, subjectKeys);
    }

    // --- the forms of keys

    public static String pkcs1(PrivateKey rsa) throws IOException {
        return pem(
                "RSA PRIVATE KEY",
                PrivateKeyInfo.getInstance(rsa.getEncoded())
                        .parsePrivateKey()
                        .toASN1Primitive()
                        .getEncoded());
    }

    public static String sec1(PrivateKey ec) throws IOException {
        BigInteger secret = ((java.security.interfaces.ECPrivateKey) ec).getS();
        return pem(
                "EC PRIVATE KEY",
                new ECPrivateKey(256, secret, SECObjectIdentifiers.secp256r1).getEncoded());
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }

    public static String write(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    // --- the client's side

    /** What a client uses that trusts this authority and has no certificate. */
    public SSLContext client() throws Exception {
        return context(null);
    }

    /** What a client uses that trusts this authority and has a certificate. */
    public SSLContext client(Issued issued) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry(
                "client",
                issued.keys().getPrivate(),
                NO_PASSWORD,
                new X509Certificate[] {issued.certificate()});
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return context(factory);
    }

    private SSLContext context(@org.jspecify.annotations.Nullable KeyManagerFactory keyManagers)
            throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, NO_PASSWORD);
        trusted.setCertificateEntry("ca", certificate);
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keyManagers == null ? null : keyManagers.getKeyManagers(),
                factory.getTrustManagers(),
                new SecureRandom());
        return context;
    }
}
