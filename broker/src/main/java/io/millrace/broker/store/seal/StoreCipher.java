package io.millrace.broker.store.seal;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** How a store is encrypted; both have keys of 32 bytes, nonces of 12 and tags of 16. */
public enum StoreCipher {
    CHACHA("ChaCha20-Poly1305", "ChaCha20-Poly1305", "ChaCha20"),
    AES("AES-GCM", "AES/GCM/NoPadding", "AES");

    private static final int TAG_BITS = 128;

    private final String title;
    private final String transformation;
    private final String algorithm;

    StoreCipher(String title, String transformation, String algorithm) {
        this.title = title;
        this.transformation = transformation;
        this.algorithm = algorithm;
    }

    /** As the reference calls it in its log. */
    public String title() {
        return title;
    }

    /** What keys are for. */
    String algorithm() {
        return algorithm;
    }

    Cipher cipher() {
        try {
            return Cipher.getInstance(transformation);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + title, e);
        }
    }

    AlgorithmParameterSpec nonce(byte[] nonce) {
        return switch (this) {
            case CHACHA -> new IvParameterSpec(nonce);
            case AES -> new GCMParameterSpec(TAG_BITS, nonce);
        };
    }
}
