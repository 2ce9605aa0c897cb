package io.millrace.broker.routing.peer;

import io.millrace.broker.tls.DistinguishedName;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a client and the server agreed upon in their TLS handshake. Immutable, made by the
 * connection, kept for those who authenticate and for monitoring.
 *
 * @param version such as {@code 1.3}
 * @param cipherSuite by its standard name
 * @param handshakeFirst whether the handshake came before INFO
 * @param peerCertificates the chain of the client, its own first; empty if it wasn't asked for one
 */
public record TlsSession(
        String version,
        String cipherSuite,
        boolean handshakeFirst,
        List<X509Certificate> peerCertificates) {

    /**
     * A certificate as monitoring shows it.
     *
     * @param subject the distinguished name
     * @param publicKeySha256 of the DER SubjectPublicKeyInfo, in hex
     * @param certificateSha256 of the whole certificate, in hex
     */
    public record Peer(String subject, String publicKeySha256, String certificateSha256) {}

    /** The client's own certificate, which was verified; empty if it has none. */
    public Optional<X509Certificate> peerCertificate() {
        return peerCertificates.stream().findFirst();
    }

    /**
     * Whether the other side may have the certificate it has.
     *
     * @param pins SHA-256 of the public keys that are allowed, in hex; empty for any
     */
    public boolean isPinned(Set<String> pins) {
        return pins.isEmpty()
                || peerCertificate()
                        .map(TlsSession::publicKeySha256)
                        .filter(pins::contains)
                        .isPresent();
    }

    /** The client's certificates as monitoring shows them. */
    public List<Peer> peers() {
        List<Peer> peers = new ArrayList<>();
        for (X509Certificate certificate : peerCertificates) {
            try {
                peers.add(
                        new Peer(
                                DistinguishedName.of(certificate.getSubjectX500Principal()).text(),
                                publicKeySha256(certificate),
                                sha256(certificate.getEncoded())));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was decoded before", e);
            }
        }
        return peers;
    }

    /** SHA-256 of a certificate's public key (DER SubjectPublicKeyInfo), in lower-case hex. */
    public static String publicKeySha256(X509Certificate certificate) {
        return sha256(certificate.getPublicKey().getEncoded());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
