package io.millrace.broker.auth;

import io.millrace.protocol.Nkey;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;

/** Proves that this server has an nkey (Ed25519, RFC 8032). */
public final class NkeySigner {
    private static final String ALGORITHM = "Ed25519";
    private static final int KEY_BYTES = 32;

    private NkeySigner() {}

    /**
     * Signs a nonce.
     *
     * @param seed a user's, see {@link Nkey#isUserSeed}
     * @return the signature in base64 for URLs, without padding
     */
    public static String sign(String seed, String nonce) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePrivate(
                                    new EdECPrivateKeySpec(
                                            NamedParameterSpec.ED25519, Nkey.userSeed(seed))));
            signature.update(nonce.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** The public key that belongs to a user's seed. */
    public static String publicKey(String seed) {
        byte[] secret = Nkey.userSeed(seed);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            // A key pair is made of 32 random bytes; these aren't.
            generator.initialize(NamedParameterSpec.ED25519, new Given(secret));
            EdECPublicKey key = (EdECPublicKey) generator.generateKeyPair().getPublic();
            return Nkey.publicUserKeyText(raw(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** The y coordinate, lowest byte first; the top bit says whether x is odd. */
    private static byte[] raw(EdECPublicKey key) {
        BigInteger y = key.getPoint().getY();
        byte[] raw = new byte[KEY_BYTES];
        byte[] bigEndian = y.toByteArray();
        for (int i = 0; i < Math.min(KEY_BYTES, bigEndian.length); i++) {
            raw[i] = bigEndian[bigEndian.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            raw[KEY_BYTES - 1] |= (byte) 0x80;
        }
        return raw;
    }

    private static final class Given extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[] bytes;

        Given(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, target.length);
        }
    }
}
