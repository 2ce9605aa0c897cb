package io.millrace.broker.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** The subject alternative names of a certificate (RFC 5280, 4.2.1.6), by their kinds. */
public enum AlternativeNames {
    EMAIL(1),
    DNS(2),
    URI(6);

    private final int tag;

    AlternativeNames(int tag) {
        this.tag = tag;
    }

    /** The names of this kind, in their order; none if they can't be read. */
    public List<String> of(X509Certificate certificate) {
        Collection<List<?>> all;
        try {
            all = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of();
        }
        if (all == null) {
            return List.of();
        }
        return all.stream()
                .filter(name -> name.getFirst().equals(tag))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }
}
