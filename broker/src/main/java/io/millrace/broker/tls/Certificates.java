package io.millrace.broker.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** The certificates of a PEM file. */
public final class Certificates {
    private static final String LABEL = "CERTIFICATE";

    private Certificates() {}

    /**
     * The authorities of a file.
     *
     * @throws TlsFileException if the file can't be read or holds none; the message names it
     */
    public static List<X509Certificate> authorities(String file) throws TlsFileException {
        String text = TlsFile.read(file);
        List<X509Certificate> certificates;
        try {
            certificates = of(Pem.read(text));
        } catch (TlsFileException e) {
            throw new TlsFileException(
                    "failed to parse root ca certificate: " + file + ": " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new TlsFileException(
                    "failed to parse root ca certificate: " + file + " holds none");
        }
        return certificates;
    }

    /** The certificates among some blocks, in their order. */
    static List<X509Certificate> of(List<Pem.Block> blocks) throws TlsFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Pem.Block block : blocks) {
            if (block.label().equals(LABEL)) {
                certificates.add(certificate(block.der()));
            }
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der) throws TlsFileException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new TlsFileException("a certificate is broken", e);
        }
    }
}
