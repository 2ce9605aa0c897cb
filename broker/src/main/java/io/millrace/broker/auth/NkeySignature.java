package io.millrace.broker.auth;

import io.millrace.protocol.Nkey;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;

/** Checks the signature of an nkey (Ed25519, RFC 8032). */
final class NkeySignature {
    private static final String ALGORITHM = "Ed25519";
    private static final int SIGNATURE_BYTES = 64;

    private NkeySignature() {}

    /**
     * Whether the owner of a key has signed a nonce; false for anything that is malformed.
     *
     * @param publicKey in the text form of nkeys
     * @param signature in base64: for URLs without padding, or standard
     */
    static boolean isValid(String publicKey, String nonce, String signature) {
        byte[] raw = decode(signature);
        if (raw == null || raw.length != SIGNATURE_BYTES || !Nkey.isPublicUserKey(publicKey)) {
            return false;
        }
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key(Nkey.publicUserKey(publicKey)));
            check.update(nonce.getBytes(StandardCharsets.US_ASCII));
            return check.verify(raw);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte @Nullable [] decode(String signature) {
        try {
            return Base64.getUrlDecoder().decode(signature);
        } catch (IllegalArgumentException e) {
            try {
                return Base64.getDecoder().decode(signature);
            } catch (IllegalArgumentException e2) {
                return null;
            }
        }
    }

    /** The key is the y coordinate, lowest byte first; the top bit says whether x is odd. */
    private static PublicKey key(byte[] raw) throws GeneralSecurityException {
        byte[] y = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            y[i] = raw[raw.length - 1 - i];
        }
        boolean xOdd = (y[0] & 0x80) != 0;
        y[0] &= 0x7F;
        return KeyFactory.getInstance(ALGORITHM)
                .generatePublic(
                        new EdECPublicKeySpec(
                                NamedParameterSpec.ED25519,
                                new EdECPoint(xOdd, new BigInteger(1, y))));
    }
}
