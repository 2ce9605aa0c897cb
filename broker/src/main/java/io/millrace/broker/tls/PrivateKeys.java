package io.millrace.broker.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** The private key of a PEM file: PKCS#8 (RSA, EC, Ed25519), PKCS#1 (RSA) or SEC 1 (EC). */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private PrivateKeys() {}

    /**
     * The first key among some blocks.
     *
     * @throws TlsFileException if there is none, or it can't be read
     */
    static PrivateKey of(List<Pem.Block> blocks) throws TlsFileException {
        for (Pem.Block block : blocks) {
            if (!block.label().endsWith("PRIVATE KEY")) {
                continue;
            }
            if (block.encrypted()) {
                throw new TlsFileException(
                        "the key is encrypted, which is not supported; keep it in a file that only"
                                + " the server may read");
            }
            return switch (block.label()) {
                case "PRIVATE KEY" -> key(block.der());
                case "RSA PRIVATE KEY" -> key(Der.pkcs8OfRsa(block.der()));
                case "EC PRIVATE KEY" -> key(Der.pkcs8OfEc(block.der()));
                default ->
                        throw new TlsFileException(
                                "a key of the kind " + block.label() + " is not supported");
            };
        }
        throw new TlsFileException("no private key found");
    }

    private static PrivateKey key(byte[] pkcs8) throws TlsFileException {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                // of another kind, then
            }
        }
        throw new TlsFileException("the key is neither RSA nor EC nor Ed25519, or it is broken");
    }
}
