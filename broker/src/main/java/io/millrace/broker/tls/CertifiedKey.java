package io.millrace.broker.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a server proves itself with: a certificate, those that vouch for it, and its private key.
 *
 * @param chain the server's own certificate first
 */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey privateKey) {
    private static final byte[] SIGNED = {1, 2, 3, 4};

    /**
     * Loads one.
     *
     * @throws TlsFileException if a file can't be read, or the two don't belong together; the
     *     message names the file
     */
    public static CertifiedKey load(String certFile, String keyFile) throws TlsFileException {
        List<X509Certificate> chain = chain(certFile);
        PrivateKey key = key(keyFile);
        if (!belongTogether(chain.getFirst(), key)) {
            throw new TlsFileException(
                    "private key " + keyFile + " does not match the certificate " + certFile);
        }
        return new CertifiedKey(chain, key);
    }

    private static List<X509Certificate> chain(String file) throws TlsFileException {
        String text = TlsFile.read(file);
        List<X509Certificate> chain;
        try {
            chain = Certificates.of(Pem.read(text));
        } catch (TlsFileException e) {
            throw new TlsFileException(file + ": " + e.getMessage(), e);
        }
        if (chain.isEmpty()) {
            throw new TlsFileException(file + ": no certificate found");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(String file) throws TlsFileException {
        String text = TlsFile.read(file);
        try {
            return PrivateKeys.of(Pem.read(text));
        } catch (TlsFileException e) {
            throw new TlsFileException(file + ": " + e.getMessage(), e);
        }
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        try {
            Signature signature =
                    Signature.getInstance(
                            switch (key.getAlgorithm()) {
                                case "RSA" -> "SHA256withRSA";
                                case "EC" -> "SHA256withECDSA";
                                default -> "Ed25519";
                            });
            signature.initSign(key);
            signature.update(SIGNED);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(SIGNED);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The server's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    @Override
    public String toString() {
        return "CertifiedKey[" + certificate().getSubjectX500Principal() + "]";
    }
}
