package io.millrace.broker.tls;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files of a TLS configuration hold.
 *
 * @param keys what the server proves itself with, in the order of the configuration
 * @param authorities who may vouch for clients; empty for those the JVM trusts
 */
public record TlsMaterial(List<CertifiedKey> keys, List<X509Certificate> authorities) {
    /**
     * Loads all files.
     *
     * @param caFile empty for none
     * @throws TlsFileException if one of them can't be used; the message names it
     */
    public static TlsMaterial load(List<CertificateFiles> files, String caFile)
            throws TlsFileException {
        List<CertifiedKey> keys = new ArrayList<>();
        for (CertificateFiles pair : files) {
            try {
                keys.add(CertifiedKey.load(pair.certFile(), pair.keyFile()));
            } catch (TlsFileException e) {
                String which =
                        files.size() == 1 ? "" : " " + (keys.size() + 1) + "/" + files.size();
                throw new TlsFileException(
                        "error parsing X509 certificate/key pair" + which + ": " + e.getMessage(),
                        e);
            }
        }
        return new TlsMaterial(
                List.copyOf(keys),
                caFile.isEmpty() ? List.of() : List.copyOf(Certificates.authorities(caFile)));
    }
}
