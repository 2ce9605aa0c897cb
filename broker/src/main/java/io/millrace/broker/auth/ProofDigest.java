package io.millrace.broker.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands for a proof that may come again: HMAC-SHA-256 of what makes it the same, under a key that
 * is made up for each server, so that it says nothing to whoever comes to see it.
 */
record ProofDigest(long a, long b, long c, long d) {
    private static final String ALGORITHM = "HmacSHA256";

    /** How many bytes a key has. */
    static final int KEY_BYTES = 32;

    /** The digest of these parts; where one ends and the next begins counts, too. */
    static ProofDigest of(byte[] key, List<String> parts) {
        byte[] sum;
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
                mac.update(bytes);
            }
            sum = mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
        ByteBuffer words = ByteBuffer.wrap(sum);
        return new ProofDigest(words.getLong(), words.getLong(), words.getLong(), words.getLong());
    }

    @Override
    public String toString() {
        return "[REDACTED]";
    }
}
